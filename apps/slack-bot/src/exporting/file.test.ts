import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { removeLeftovers, TooLong, withFile } from "./file.ts";

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}
/** Of a process that has ended. */
const endedPid = (): string => execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();

describe("the file of an export", () => {
  test("holds the whole text, can be read by this user alone, and is gone afterwards", async () => {
    let seen = "";
    const text = await withFile(pieces("ä", "b".repeat(200_000), "c"), 1_000_000, async (path) => {
      seen = path;
      expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
      return readFile(path, "utf8");
    });
    expect(text).toBe(`ä${"b".repeat(200_000)}c`);
    expect(existsSync(dirname(seen))).toBe(false);
  });
  test("is gone when its use fails, when the text fails, and when the text is too long", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`posture-export-${process.pid}-`));
    async function* failing(): AsyncGenerator<string> {
      yield "a";
      throw new Error("the store is closed");
    }
    await expect(withFile(pieces("a"), 10, () => Promise.reject(new Error("no line")))).rejects.toThrow("no line");
    await expect(withFile(failing(), 10, () => Promise.resolve())).rejects.toThrow("the store is closed");
    await expect(withFile(pieces("äöü"), 5, () => Promise.resolve())).rejects.toThrow(TooLong);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`posture-export-${process.pid}-`))).toEqual(before);
  });
  test("of a process that was killed goes with the next export, and nobody else's does", async () => {
    const left = mkdtempSync(join(tmpdir(), `posture-export-${endedPid()}-`));
    const others = mkdtempSync(join(tmpdir(), `posture-export-${process.ppid}-`));
    const own = await withFile(pieces("a"), 10, async (path) => {
      await removeLeftovers();
      return existsSync(path);
    });
    expect([existsSync(left), existsSync(others), own]).toEqual([false, true, true]);
    execFileSync("rmdir", [others]);
  });
});
