import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { GENESIS, hashOf } from "@posture/core";
import { describe, expect, it } from "vitest";
import { keysOf, now, recordsOf, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

const CYCLES = Number(process.env["POSTURE_KILL_CYCLES"] ?? 30);
const place = scratch();

interface Child {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: string[];
  /** Resolves with the first line that starts so. */
  said(start: string): Promise<string>;
  kill(): Promise<void>;
}

function writer(folder: string, run: string): Child {
  const script = new URL("./writer.fixture.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=@posture/source", script, folder, run], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const ended = once(reader, "close");
  return {
    process: child,
    lines,
    said: (start) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = lines.find((it) => it.startsWith(start));
          if (line !== undefined) resolve(line);
        };
        reader.on("line", look);
        child.on("exit", () => reject(new Error(`it ended without saying ${start}; it said ${lines.join("; ")}`)));
        look();
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("a process that is killed", () => {
  it(
    `loses no acknowledged commit and doubles none, in ${CYCLES} kills`,
    async () => {
      const acknowledged = new Set<string>();
      let seed = 7;
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const child = writer(place(), `${cycle}`);
        await child.said("open");
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        const enough = 1 + (seed % 40);
        await child.said(`ack ${cycle}-a-${enough}`);
        await child.kill();
        for (const line of child.lines) if (line.startsWith("ack ")) acknowledged.add(line.slice(4));
      }
      const store = await openLowdbStore({ folder: place(), now });
      const kept = await keysOf(store);
      const records = await recordsOf(store);
      await store.close();
      expect([...acknowledged].filter((key) => !kept.includes(key))).toEqual([]);
      const written = records.flatMap(({ writes }) => writes.map((write) => (write.kind === "outbox" ? write.value.key : "")));
      expect(new Set(written).size).toBe(written.length);
      expect(written.toSorted()).toEqual(kept.toSorted());
      records.forEach((record, i) =>
        expect([record.seq, record.prev, hashOf(record)]).toEqual([i + 1, records[i - 1]?.hash ?? GENESIS, record.hash]),
      );
    },
    30_000 + CYCLES * 2_000,
  );

  it("holds the store against a second writer, which is told its pid within 2 s; killed, it leaves the store free within 2 s", async () => {
    const first = writer(place(), "first");
    await first.said("open");
    let begun = performance.now();
    await expect(openLowdbStore({ folder: place(), now })).rejects.toMatchObject({
      code: "POSTURE_STORE_LOCKED",
      message: expect.stringContaining(`process ${first.process.pid} `),
    });
    expect(performance.now() - begun).toBeLessThan(2_000);
    await first.kill();
    begun = performance.now();
    const store = await openLowdbStore({ folder: place(), now });
    expect(performance.now() - begun).toBeLessThan(2_000);
    await store.close();
  });

  it("is followed by exactly one of three that start at once", async () => {
    const first = writer(place(), "first");
    await first.said("open");
    await first.kill();
    const others = ["x", "y", "z"].map((run) => writer(place(), run));
    const answers = await Promise.all(others.map((child) => Promise.race([child.said("open"), child.said("refused")])));
    expect(answers.filter((it) => it === "open").length).toBe(1);
    expect(answers.filter((it) => it.includes("is in use by process")).length).toBe(2);
    await Promise.all(others.map((child) => child.kill()));
  }, 20_000);
});

it("two stores on one folder in one process are refused too, and the first keeps its lock", async () => {
  const store = await openLowdbStore({ folder: place(), now });
  for (let n = 0; n < 2; n += 1)
    await expect(openLowdbStore({ folder: place(), now })).rejects.toMatchObject({ code: "POSTURE_STORE_LOCKED" });
  const child = writer(place(), "other");
  expect(await child.said("refused")).toContain(`process ${process.pid} `);
  await store.close();
});
