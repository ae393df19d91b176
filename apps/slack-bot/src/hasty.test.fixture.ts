import { runBot } from "./process.ts";

/* The bot as a process, which looks a second time at what changed after half a second and not after a minute. */

await runBot({ eventPauses: { second: 500 } });
