import { ROOT } from "../packages.ts";
import { staleFiles, wantedFiles, writeFiles } from "./files.ts";

const wanted = wantedFiles(ROOT);
const stale = staleFiles(ROOT, wanted);
if (process.argv.includes("--check")) {
  if (stale.length > 0) console.error(`Stale: ${stale.join(", ")}.\nRun \`pnpm docs:generate\` and commit what it writes.`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  writeFiles(ROOT, wanted);
  console.log(stale.length > 0 ? `Written: ${stale.join(", ")}.` : "Everything was as it should be.");
}
