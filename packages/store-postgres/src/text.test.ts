import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restored, storable } from "./text.ts";

/** Units of every kind, so that they meet: control characters, halves of pairs, the last of the plane. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("\0", "\u0001", "\u0002", "a", "\ud7ff", "\ud800", "\udbff", "\udc00", "\udfff", "\ue000", "\uffff", "🪣"),
      fc.string({ unit: "binary", maxLength: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

/** As the collation "C" orders: by the bytes of UTF-8. */
const inPostgres = (a: string, b: string): number => Buffer.compare(Buffer.from(storable(a)), Buffer.from(storable(b)));

describe("text in Postgres", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(text, (it) => {
        expect(restored(storable(it))).toBe(it);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
  it("has nothing that Postgres refuses", () => {
    fc.assert(
      fc.property(text, (it) => {
        expect(storable(it)).not.toContain("\0");
        expect(storable(it).isWellFormed()).toBe(true);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
  it("has JavaScript's order, beginnings and parts", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(inPostgres(a, b))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(storable(a).startsWith(storable(b))).toBe(a.startsWith(b));
        expect(Buffer.from(storable(a)).includes(Buffer.from(storable(b)))).toBe(a.includes(b));
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });
  it("stays readable where it was", () => {
    expect(storable("arn:aws:s3:::example-ünïcode")).toBe("arn:aws:s3:::example-ünïcode");
  });
});
