import { stripVTControlCharacters } from "node:util";
import type { Recheck } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { LATER, listed, REF } from "../finding.test.fixture.ts";
import { recheckText } from "./recheck.ts";

const { finding: before } = listed();
const { finding } = listed("open", "critical", {
  message: { ...before.message, text: "Bucket exports grants WRITE to everyone.", evidence: { permissions: "WRITE" } },
});
const linesOf = (answer: Recheck["answer"], width = 80): string[] =>
  stripVTControlCharacters(recheckText({ answer, readAt: LATER, calls: 4 }, width)).split("\n");
const READ = ["", `Read live at ${LATER}, with 4 calls.`, ""];

describe("a re-check says what was true before, and what is true now", () => {
  it("of a finding that is resolved", () =>
    expect(linesOf({ kind: "resolved", before, finding: before, why: "pass", notes: [], coverage: null })).toEqual([
      "✔ Resolved  Bucket ACL grants public read  exports",
      "",
      "Before  Bucket exports grants READ to everyone.",
      "Now     The condition is gone.",
      ...READ,
    ]));
  it("of a finding that is resolved by what is only a part", () => {
    const notes = ["No public object was found in a sample of 12; there are more objects, which were not looked at."];
    expect(
      linesOf({ kind: "resolved", before, finding: before, why: "pass", notes, coverage: { seen: 12, total: 40 } }).slice(3, 7),
    ).toEqual([
      "Now     The condition is gone.",
      "        Looked at 12 of 40.",
      "        No public object was found in a sample of 12; there are more objects,",
      "        which were not looked at.",
    ]);
  });
  it("of a finding to which the check does not apply any more, and why", () => {
    const notes = ["overrides[0] switches the check off for what is tagged env=dev"];
    expect(linesOf({ kind: "resolved", before, finding: before, why: "not-applicable", notes, coverage: null }).slice(3, 5)).toEqual([
      "Now     The check no longer concerns this resource.",
      "        overrides[0] switches the check off for what is tagged env=dev",
    ]);
  });
  it("of a finding that is as it was", () =>
    expect(linesOf({ kind: "unchanged", finding: before, status: "open" })).toEqual([
      "✖ Still failing, as before  Bucket ACL grants public read  exports",
      "",
      "Now     Bucket exports grants READ to everyone.",
      ...READ,
    ]));
  it("of a finding that fails differently", () =>
    expect(linesOf({ kind: "changed", before, finding, status: "open" }).slice(2, 4)).toEqual([
      "Before  Bucket exports grants READ to everyone.",
      "Now     Bucket exports grants WRITE to everyone.",
    ]));
  it("of a finding whose sentence is the same and whose evidence is not", () => {
    const other = { ...before, message: { ...before.message, evidence: { permissions: "READ, READ_ACP" } } };
    expect(linesOf({ kind: "changed", before, finding: other, status: "open" }, 200)[3]).toBe(
      'Now     Bucket exports grants READ to everyone. The evidence is now {"permissions":"READ, READ_ACP"}',
    );
  });
  it("of a finding that could not be read: nothing is changed, and the missing action is named", () => {
    const undecided = { checkId: before.checkId, ref: REF, reason: "denied", missing: ["s3:GetBucketAcl"], detail: "" } as const;
    expect(linesOf({ kind: "unreadable", finding: before, status: "open", undecided }, 200).slice(0, 4)).toEqual([
      "? Could not be read  Bucket ACL grants public read  exports",
      "",
      "Before  Bucket exports grants READ to everyone.",
      "Now     Unknown: denied. Grant s3:GetBucketAcl, then re-check. The finding stays as it was: open.",
    ]);
  });
});
