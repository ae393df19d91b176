import { openLowdbStore } from "./store.ts";
import { now, put, row } from "./writes.fixture.ts";

/** Commits rows for ever, several at once, and says which were acknowledged; or that it was refused. */
const [folder = "", run = ""] = process.argv.slice(2);
try {
  const store = await openLowdbStore({ folder, now, snapshotEvery: { bytes: 3_000 } });
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
