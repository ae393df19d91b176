import { openStore } from "@posture/runtime";

// Holds a store until it is killed.
await openStore(process.argv[2] ?? "", { now: () => new Date().toISOString() });
process.stdout.write("held\n");
setInterval(() => {}, 60_000);
