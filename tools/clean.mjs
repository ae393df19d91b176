// Takes away what was built. A build never takes away what belongs to a file that is no more, and it would be published.
import { globSync, rmSync } from "node:fs";

for (const folder of globSync(["dist", "{packages,apps,examples}/*/dist", "tooling/dist"])) rmSync(folder, { recursive: true });
