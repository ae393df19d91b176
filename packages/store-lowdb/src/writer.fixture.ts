import { type Files, FILES, type Handle } from "./files.ts";
import { openLowdbStore } from "./store.ts";
import { now, put, row } from "./writes.fixture.ts";

/** Commits rows for ever, several at once, and says which were acknowledged; or that it was refused. Kills itself before its nth file operation, if it was given one. */
const [folder = "", run = "", failpoint = "0"] = process.argv.slice(2);
let left = Number(failpoint);
function step(): void {
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

const files: Files = {
  open: async (...given) => {
    step();
    return watched(await FILES.open(...given));
  },
  rename: (...given) => (step(), FILES.rename(...given)),
  unlink: (...given) => (step(), FILES.unlink(...given)),
  readdir: (...given) => FILES.readdir(...given),
  mkdir: (...given) => (step(), FILES.mkdir(...given)),
};
function watched(handle: Handle): Handle {
  return {
    read: (...given) => handle.read(...given),
    readFile: (...given) => handle.readFile(...given),
    stat: () => handle.stat(),
    write: (...given) => (step(), handle.write(...given)),
    truncate: (...given) => (step(), handle.truncate(...given)),
    sync: () => (step(), handle.sync()),
    datasync: () => (step(), handle.datasync()),
    close: () => (step(), handle.close()),
  };
}

try {
  const store = await openLowdbStore({ folder, now, snapshotEvery: { bytes: 3_000 }, ...(left > 0 && { files }) });
  console.log("open");
  const lane = async (name: string): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const key = `${run}-${name}-${n}`;
      await put(store, row(key));
      console.log(`ack ${key}`);
    }
  };
  await Promise.all(["a", "b", "c"].map(lane));
} catch (error) {
  console.log(`refused ${error instanceof Error ? error.message : String(error)}`);
}
