import { runBot } from "./process.ts";

await runBot();
