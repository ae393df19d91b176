import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { counted } from "./counted.ts";
import { EXPORT_FORMATS } from "./row.ts";
import { CONTEXT, row } from "./rows.test.fixture.ts";

describe("what leaves is counted", () => {
  test.each(EXPORT_FORMATS)("as %s: rows by severity, bytes, and the hash of the very text", async (format) => {
    const rows = [row({ severity: "critical", ref: { name: "ünïcode" } }), row({ severity: "low" }), row({ severity: "low" })];
    async function* given(): AsyncGenerator<(typeof rows)[number]> {
      yield* rows;
    }
    const { pieces, left } = counted(format, given(), CONTEXT);
    expect(left()).toMatchObject({ findings: 0, bytes: 0 });
    let text = "";
    for await (const piece of pieces) text += piece;
    expect(left()).toEqual({
      findings: 3,
      severities: { critical: 1, high: 0, medium: 0, low: 2 },
      bytes: Buffer.byteLength(text),
      sha256: createHash("sha256").update(text).digest("hex"),
    });
  });
});
