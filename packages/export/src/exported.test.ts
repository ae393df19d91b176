import { describe, expect, it } from "vitest";
import { EXPORT_FILES, exported } from "./exported.ts";
import { EXPORT_FORMATS, type ExportRow } from "./row.ts";
import { CONTEXT, row, streamOf, textOf } from "./rows.test.fixture.ts";

/** Counts what was taken from it, and whether it was ended. */
function watched(count: number): { readonly rows: AsyncGenerator<ExportRow>; readonly taken: () => number; readonly ended: () => boolean } {
  let [taken, ended] = [0, false];
  async function* rows(): AsyncGenerator<ExportRow> {
    try {
      for (; taken < count;) {
        taken += 1;
        yield row();
      }
    } finally {
      ended = true;
    }
  }
  return { rows: rows(), taken: () => taken, ended: () => ended };
}

describe.each(EXPORT_FORMATS)("%s", (format) => {
  it("asks for a row only when the text of the one before was taken", async () => {
    const { rows, taken, ended } = watched(1_000_000);
    const text = exported(format, rows, CONTEXT)[Symbol.asyncIterator]();
    for (let pieces = 1; pieces <= 10; pieces += 1) {
      await text.next();
      expect(taken()).toBeLessThanOrEqual(pieces);
    }
    expect(taken()).toBeGreaterThan(5);
    await text.return?.();
    expect(ended()).toBe(true);
  });
  it("throws on what its rows throw", async () => {
    async function* broken(): AsyncGenerator<ExportRow> {
      yield row();
      throw new Error("the store went away");
    }
    await expect(textOf(exported(format, broken(), CONTEXT))).rejects.toThrow("the store went away");
  });
  it("gives the same text for the same rows", async () => {
    const text = (): Promise<string> => textOf(exported(format, streamOf([row()]), CONTEXT));
    expect(await text()).toBe(await text());
  });
  it("has an ending and a media type", () => expect(EXPORT_FILES[format].mediaType).toMatch(/^(application|text)\//));
});
