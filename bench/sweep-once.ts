/* One sweep, as the programs do it, in a process that does nothing else; started by sweep.ts. AWS is where the environment says. */
import { memoryStore } from "../packages/core/src/index.ts";
import { createPosture } from "../packages/runtime/src/index.ts";

const posture = await createPosture({ store: memoryStore(), folder: process.cwd() });
const begun = performance.now();
const { coverage } = await posture.sweep();
const seconds = (performance.now() - begun) / 1000;
const { length: findings } = await posture.list();
await posture.close();
const incomplete = coverage.filter(({ state }) => state === "incomplete").length;
console.log(JSON.stringify({ seconds, findings, incomplete, peakKibibytes: process.resourceUsage().maxRSS }));
