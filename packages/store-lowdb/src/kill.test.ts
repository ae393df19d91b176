import { describe, expect, it, vi } from "vitest";
import { writer } from "./child.fixture.ts";
import { killWriters } from "./kills.fixture.ts";
import { keysOf, now, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

const place = scratch();

describe("a process that is killed", () => {
  it("loses no acknowledged commit and doubles none, in 20 kills, every other one before a file operation", async () => {
    const { wrong, kills, acknowledged } = await killWriters(place(), 7, 20);
    expect(wrong).toEqual([]);
    expect([kills, acknowledged > 100]).toEqual([20, true]);
  }, 90_000);

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

  it("that is only halted holds its store, by its pid and within 2 s; going on it writes on, and loses nothing", async () => {
    const first = writer(place(), "first");
    await first.said("ack first-a-3");
    first.process.kill("SIGSTOP");
    const begun = performance.now();
    await expect(openLowdbStore({ folder: place(), now })).rejects.toMatchObject({
      code: "POSTURE_STORE_LOCKED",
      message: expect.stringContaining(`process ${first.process.pid} `),
    });
    expect(performance.now() - begun).toBeLessThan(2_000);
    const before = first.lines.length;
    first.process.kill("SIGCONT");
    await vi.waitFor(() => expect(first.lines.length).toBeGreaterThan(before + 20), { timeout: 10_000 });
    await first.kill();
    const store = await openLowdbStore({ folder: place(), now });
    const kept = new Set(await keysOf(store));
    expect(first.lines.filter((line) => line.startsWith("ack ") && !kept.has(line.slice(4)))).toEqual([]);
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
