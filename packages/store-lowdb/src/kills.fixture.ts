import { GENESIS, hashOf } from "@posture/core";
import { Chance } from "./chance.fixture.ts";
import { writer } from "./child.fixture.ts";
import { openLowdbStore } from "./store.ts";
import { keysOf, now, recordsOf } from "./writes.fixture.ts";

export interface Kills {
  readonly kills: number;
  readonly atFailpoints: number;
  readonly acknowledged: number;
  readonly records: number;
  readonly wrong: readonly string[];
}

/**
 * Kills writers of one store, one after the other: every other one before a file operation that was chosen by chance (also while it opens the store), the
 * rest from outside after a number of acknowledgements. Looks at the store after each `lookEvery`.
 */
export async function killWriters(folder: string, seed: number, kills: number, lookEvery: number = kills): Promise<Kills> {
  const chance = new Chance(seed);
  const acknowledged = new Set<string>();
  const wrong: string[] = [];
  let [atFailpoints, records] = [0, 0];
  for (let n = 0; n < kills; n += 1) {
    const isFailpoint = n % 2 === 0;
    const child = writer(folder, `${n}`, isFailpoint ? 1 + chance.below(chance.isOneIn(2) ? 25 : 150) : undefined);
    if (isFailpoint) {
      atFailpoints += 1;
      await child.ended();
    } else {
      await child.said("open");
      await child.said(`ack ${n}-a-${chance.below(20)}`);
      await child.kill();
    }
    for (const line of child.lines) {
      if (line.startsWith("ack ")) acknowledged.add(line.slice(4));
      if (line.startsWith("refused")) wrong.push(`kill ${n}: ${line}`);
    }
    if ((n + 1) % lookEvery > 0 && n + 1 < kills) continue;
    const found = await lookInto(folder, acknowledged);
    records = found.records;
    wrong.push(...found.wrong.map((what) => `seed ${seed}, after kill ${n}: ${what}`));
  }
  return { kills, atFailpoints, acknowledged: acknowledged.size, records, wrong };
}

async function lookInto(
  folder: string,
  acknowledged: ReadonlySet<string>,
): Promise<{ readonly records: number; readonly wrong: readonly string[] }> {
  const store = await openLowdbStore({ folder, now });
  const kept = await keysOf(store);
  const records = await recordsOf(store);
  await store.close();
  const wrong: string[] = [];
  const lost = [...acknowledged].filter((key) => !kept.includes(key));
  if (lost.length > 0) wrong.push(`lost ${lost.join(", ")}`);
  const written = records.flatMap(({ writes }) => writes.map((write) => (write.kind === "outbox" ? write.value.key : "")));
  if (new Set(written).size !== written.length) wrong.push("something was written twice");
  if (written.toSorted().join() !== kept.toSorted().join()) wrong.push("the state is not that of the log");
  const isChained = records.every(
    (record, i) => record.seq === i + 1 && record.prev === (records[i - 1]?.hash ?? GENESIS) && hashOf(record) === record.hash,
  );
  if (!isChained) wrong.push("the chain is broken");
  return { records: records.length, wrong };
}
