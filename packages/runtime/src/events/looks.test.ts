import { describe, expect, test, vi } from "vitest";
import { Looks } from "./looks.ts";

/** In milliseconds: short enough to wait for, long enough to tell apart. */
const pauses = { merge: 60, second: 200 };
const deadline = { timeout: 5000, interval: 5 };

function given(how: { readonly fails?: () => boolean } = {}) {
  const seen: { readonly wish: readonly string[]; readonly isSecond: boolean }[] = [];
  const failures: unknown[] = [];
  const looks = new Looks<readonly string[]>({
    pauses,
    merged: (before, later) => [...before, ...later],
    onFailure: (error) => failures.push(error),
    look: (wish, isSecond) => {
      seen.push({ wish, isSecond });
      return how.fails?.() ? Promise.reject(new Error("it cannot be read")) : Promise.resolve();
    },
  });
  return { looks, seen, failures };
}

describe("what is looked at after events", () => {
  test("is looked at once at the first, once for all that soon follow, and a second time later", async () => {
    const { looks, seen } = given();
    await looks.heard("bucket", ["a"]).done;
    expect(seen).toEqual([{ wish: ["a"], isSecond: false }]);
    await Promise.all([looks.heard("bucket", ["b"]).done, looks.heard("bucket", ["c"]).done]);
    expect(seen.slice(1)).toEqual([{ wish: ["a", "b", "c"], isSecond: false }]);
    await vi.waitFor(() => expect(seen).toHaveLength(3), deadline);
    expect(seen[2]?.isSecond).toBe(true);
    expect(looks.size).toBe(0);
  });
  test("does not wait for what else is looked at", async () => {
    const { looks, seen } = given();
    await Promise.all([looks.heard("bucket", ["a"]).done, looks.heard("key", ["b"]).done]);
    expect(seen.map(({ wish }) => wish)).toEqual([["a"], ["b"]]);
    looks.stop();
  });
  test("and cannot be read fails for those who wait, and the next event looks again", async () => {
    let isBroken = true;
    const { looks, seen } = given({ fails: () => isBroken });
    await expect(looks.heard("bucket", ["a"]).done).rejects.toThrow("it cannot be read");
    isBroken = false;
    await looks.heard("bucket", ["a"]).done;
    expect(seen).toHaveLength(2);
    looks.stop();
  });
  test("and cannot be read when nobody waits is told as a failure of its own", async () => {
    let looked = 0;
    const { looks, failures } = given({ fails: () => (looked += 1) === 2 });
    await looks.heard("bucket", ["a"]).done;
    await vi.waitFor(() => expect(failures).toHaveLength(1), deadline);
  });
  test("is not looked at any more once it is stopped", async () => {
    const { looks, seen } = given();
    await looks.heard("bucket", ["a"]).done;
    void looks.heard("bucket", ["b"]);
    looks.stop();
    expect(looks.size).toBe(0);
    // Another would by now have looked.
    const other = given();
    await other.looks.heard("bucket", ["a"]).done;
    await other.looks.heard("bucket", ["b"]).done;
    other.looks.stop();
    expect(seen).toHaveLength(1);
  });
  test("is settled by the second look, or by one that began as long after it as that would have", async () => {
    const { looks, seen } = given();
    const first = looks.heard("bucket", ["a"]);
    await first.done;
    // As long as events come, there is no second look.
    const coming = setInterval(() => void looks.heard("bucket", ["b"]), 10);
    await first.settled;
    clearInterval(coming);
    expect([seen.length > 1, seen.some(({ isSecond }) => isSecond)]).toEqual([true, false]);
    const last = looks.heard("bucket", ["c"]);
    await Promise.all([last.settled, looks.rested("bucket")]);
    expect([seen.at(-1)?.isSecond, looks.size]).toEqual([true, 0]);
    await looks.rested("bucket");
  });
  test("and cannot be read the second time is not settled, though it was done", async () => {
    let looked = 0;
    const { looks } = given({ fails: () => (looked += 1) === 2 });
    const { done, settled } = looks.heard("bucket", ["a"]);
    await done;
    await expect(settled).rejects.toThrow("it cannot be read");
  });
});
