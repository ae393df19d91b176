import type { Entry } from "@posture/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMore, encodeMore, MORE } from "../codec.ts";
import { AT, CHECK, listed, many, refOf, suppressionOf } from "../finding.test.fixture.ts";
import { historyMessage } from "./history.ts";
import { fitted, problemsOf } from "./limits.ts";
import { arnMessage, consoleMessage, moreMenu, stepsMessage } from "./more.ts";
import { relatedDone, relatedModal } from "./related.ts";

const { finding } = listed();
const shown = (value: unknown): string => JSON.stringify(value);
const labels = (...given: Parameters<typeof moreMenu>): readonly string[] =>
  (moreMenu(...given).options ?? []).map(({ text }) => text.text);

describe("the menu", () => {
  test("offers what would do something", () => {
    expect(labels(finding, "open", CHECK)).toEqual([
      "Remediation steps",
      "History",
      "Suppress related…",
      "Assign…",
      "Copy the ARN",
      "Open in the AWS console",
    ]);
    expect(labels(finding, "suppressed", undefined)).toEqual(["History", "Assign…", "Copy the ARN"]);
    expect(labels(finding, "covered", { ...CHECK, consoleOf: () => null })).not.toContain("Open in the AWS console");
  });
  test("carries which finding and what, and nothing that we did not write is understood", () => {
    for (const verb of MORE) {
      const more = { verb, fingerprint: finding.fingerprint };
      expect(decodeMore(encodeMore(more))).toEqual(more);
    }
    for (const wrong of [undefined, "", "steps", "steps|v1:v1-0", `delete|v1:${finding.fingerprint}`]) expect(decodeMore(wrong)).toBeNull();
  });
});

const event = (more: Partial<Entry>): Entry => ({
  seq: 1,
  type: "opened",
  subject: finding.fingerprint,
  at: AT,
  actor: { kind: "system" },
  source: "sweep",
  note: "",
  ...more,
});
const page = { number: 1, pages: 2, from: 1, to: 10, total: 12 };
const others = many(10, "high");
const limits = { maxDays: 30, defaultDays: 30, approval: "waiting" } as const;

describe("what it shows", () => {
  const suppression = suppressionOf(finding, { basis: "by-design" });
  const told = event({ type: "suppressed", subject: "s-1", actor: suppression.by, source: "slack" });
  const entries = [{ ...told, suppression }, event({ message: "Bucket exports grants READ to everyone.", after: "failing, critical" })];
  test.each([
    ["the steps of this finding", stepsMessage(finding, CHECK).blocks],
    ["the ARN to copy", arnMessage(finding).blocks],
    ["the way to AWS's console", consoleMessage(finding, CHECK).blocks],
    ["its history", historyMessage({ finding, id: "0123456789ab", page, entries }).blocks],
    [
      "what came of several suppressions",
      relatedDone([
        { kind: "suppressed", finding },
        { kind: "waiting", finding },
        { kind: "refused", finding, text: "Somebody else was first." },
      ]).blocks,
    ],
  ])("%s", (_, blocks) => {
    expect(problemsOf(blocks)).toEqual([]);
    expect(blocks).toMatchSnapshot();
  });
  test("the other findings of the resource, ten at most, and how many more there are", () => {
    const modal = relatedModal({ finding, channel: "C1", others, total: 13, limits });
    expect(problemsOf(modal.blocks, "modal")).toEqual([]);
    expect(modal).toMatchSnapshot();
    expect(shown(modal)).toContain("3 more findings of it are open");
  });
  test("what is not known is said to be", () => {
    expect(stepsMessage(finding, undefined).text).toContain("not loaded any more");
    expect(consoleMessage(finding, { ...CHECK, consoleOf: () => null }).text).toContain("not known");
    expect(historyMessage({ finding, id: "x", page: { ...page, total: 0 }, entries: [] }).text).toContain("Nothing was written down");
  });
});

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 3000, size: "max" }), fc.constantFrom("", "<!channel> *x*", "\u202Egnp.exe"));
test("whatever stands in names and in the log, all of it fits Slack's limits", () => {
  fc.assert(
    fc.property(text, text, (name, words) => {
      const it = listed("open", { ref: refOf(name), title: words }).finding;
      const entry = event({ note: words, message: words, actor: { kind: "user", id: words || "x", via: "cli" }, source: "cli" });
      for (const message of [
        stepsMessage(it, { ...CHECK, remediation: { ...CHECK.remediation, steps: Array.from({ length: 30 }, () => words) } }),
        arnMessage(it),
        historyMessage({ finding: it, id: "x", page, entries: Array.from({ length: 10 }, () => entry) }),
      ])
        expect(problemsOf(fitted(message).blocks)).toEqual([]);
      const boxes = others.map((other) => ({ ...other, finding: { ...other.finding, title: words } }));
      expect(problemsOf(relatedModal({ finding: it, channel: undefined, others: boxes, total: 10, limits }).blocks, "modal")).toEqual([]);
    }),
    { seed: 31, numRuns: 100 },
  );
});
