import { beforeEach, describe, expect, test, vi } from "vitest";
import { Turns } from "./turns.ts";

describe("work", () => {
  let now: number;
  let turns: Turns;
  let begun: string[];
  let ends: (() => void)[];
  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    turns = new Turns(() => now);
    begun = [];
    ends = [];
    return () => void vi.useRealTimers();
  });
  function ask(name: string): void {
    void turns.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  }
  async function pass(milliseconds: number): Promise<void> {
    for (let i = 0; i < milliseconds; i += 1) {
      now += 1;
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  test("begins at once where nobody is being answered", async () => {
    await pass(20);
    ask("a");
    await pass(2);
    expect(begun).toEqual(["a"]);
  });
  test("waits while a request is being taken, and a moment longer", async () => {
    const taken = turns.taking();
    ask("a");
    await pass(100);
    expect(begun).toEqual([]);
    taken();
    await pass(5);
    expect(begun).toEqual([]);
    await pass(20);
    expect(begun).toEqual(["a"]);
  });
  test("begins after a second, however many requests come", async () => {
    turns.taking();
    ask("a");
    await pass(1020);
    expect(begun).toEqual(["a"]);
  });
  test("begins in the order in which it was asked for, and not more than 32 at once", async () => {
    await pass(20);
    const names = Array.from({ length: 40 }, (_, i) => String(i));
    for (const name of names) ask(name);
    await pass(100);
    expect(begun).toEqual(names.slice(0, 32));
    for (const end of ends.splice(0)) end();
    await pass(100);
    expect(begun).toEqual(names);
  });
  test("that fails makes room all the same", async () => {
    await pass(20);
    await expect(Promise.all([turns.run(() => Promise.reject(new Error("boom"))), pass(20)])).rejects.toThrow("boom");
    ask("b");
    await pass(20);
    expect(begun).toEqual(["b"]);
  });
  test("a request that is over twice counts once", async () => {
    const taken = turns.taking();
    turns.taking();
    taken();
    taken();
    ask("a");
    await pass(100);
    expect(begun).toEqual([]);
  });
});
