import { setTimeout as pause } from "node:timers/promises";
import type { SharedStore } from "@posture/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAt } from "./database.test.fixture.ts";
import type { PostgresStore } from "./store.ts";

const LONG = 60_000;
let [one, two]: PostgresStore[] = [];
let [mine, theirs]: SharedStore[] = [];
beforeAll(async () => {
  [one, two] = [await openAt("leases"), await openAt("leases")];
  [mine, theirs] = [one.shared, two.shared];
});
afterAll(async () => {
  await one?.close();
  await two?.close();
});

async function until(what: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await pause(10);
  }
}

describe("a lease", () => {
  it("is had by one at a time, who may renew it", async () => {
    expect(await mine?.hold("a", "me", LONG)).toBe(true);
    expect(await theirs?.hold("a", "you", LONG)).toBe(false);
    expect(await mine?.hold("a", "me", LONG)).toBe(true);
    expect(await theirs?.hold("b", "you", LONG)).toBe(true);
  });
  it("goes to one of those that ask for it at once", async () => {
    const asked = Array.from({ length: 20 }, async (_, i) => (i % 2 === 0 ? mine : theirs)?.hold("c", `asker ${i}`, LONG));
    expect((await Promise.all(asked)).filter((it) => it === true)).toHaveLength(1);
  });
  it("ends by itself, and then another may have it", async () => {
    expect(await mine?.hold("d", "gone", 200)).toBe(true);
    expect(await theirs?.holders()).toContain("gone");
    await until(async () => (await theirs?.hold("d", "you", LONG)) === true);
    expect(await theirs?.holders()).not.toContain("gone");
    expect(await mine?.hold("d", "gone", LONG)).toBe(false);
  });
  it("is let go of by whoever stops, with all that is theirs", async () => {
    await mine?.hold("e", "stopping", LONG);
    await mine?.hold("f", "stopping", LONG);
    await mine?.letGo("stopping");
    expect(await theirs?.holders()).not.toContain("stopping");
    expect(await theirs?.hold("e", "you", LONG)).toBe(true);
  });
  it("writes nothing into the log, whose end every process sees", async () => {
    expect(await mine?.seq()).toBe(0);
    const event = { type: "configured" as const, subject: "x", at: "2026-01-01T00:00:00.000Z", actor: { kind: "system" } as const };
    await two?.transact({}, () => ({ at: event.at, events: [{ ...event, source: "clock", note: "" }], writes: [], result: undefined }));
    expect(await mine?.seq()).toBe(1);
  });
});
