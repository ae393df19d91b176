import { describe, expect, test } from "vitest";
import { Gathering } from "./gathering.ts";

describe("what is asked for", () => {
  test("while one thing is under way is done together after it, each with its own answer", async () => {
    const acts: (readonly number[])[] = [];
    const gathering = new Gathering<number, string>(async (items) => {
      acts.push(items);
      await Promise.resolve();
      return items.map(String);
    });
    expect(await Promise.all([1, 2, 3, 4].map((it) => gathering.ask(it)))).toEqual(["1", "2", "3", "4"]);
    expect(acts).toEqual([[1], [2, 3, 4]]);
    expect(await gathering.ask(5)).toBe("5");
  });

  test("of more than one record holds, is handed on at once, so that it is written together", async () => {
    const sizes: number[] = [];
    let [under, most] = [0, 0];
    const gathering = new Gathering<number, number>(async (items) => {
      sizes.push(items.length);
      most = Math.max(most, (under += 1));
      await Promise.resolve();
      under -= 1;
      return items;
    });
    const asked = Array.from({ length: 601 }, (_, i) => i);
    expect(await Promise.all(asked.map((it) => gathering.ask(it)))).toEqual(asked);
    expect([sizes, most]).toEqual([[1, 250, 250, 100], 3]);
  });

  test("and fails, fails for those alone who asked together, and those after them are served", async () => {
    let isBroken = false;
    const gathering = new Gathering<string, string>((items) =>
      isBroken ? Promise.reject(new Error("disk full")) : Promise.resolve(items),
    );
    await gathering.ask("before");
    isBroken = true;
    const results = await Promise.allSettled(["a", "b"].map((it) => gathering.ask(it)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isBroken = false;
    expect(await gathering.ask("after")).toBe("after");
  });
});
