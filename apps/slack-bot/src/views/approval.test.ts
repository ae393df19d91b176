import { resolveRoles } from "@posture/config";
import type { Suppression } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listed, modelOf, NOW, suppressionOf, windowOf } from "../finding.test.fixture.ts";
import { type Helper, helpersBut, type Refusal, whoCan } from "../roles/may.ts";
import { pendingAbout, pendingOf } from "../pending.ts";
import { decodeExtend, decodeSeen, encodeExtend, encodeSeen } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { extendModal, longerDays } from "./extend.ts";
import { findingMessage } from "./finding.ts";
import { fitted, problemsOf } from "./limits.ts";
import { noticeMessage } from "./notice.ts";
import { ownApproval, refusalMessage } from "./refusal.ts";
import { ruleMessage, scopeText } from "./rule.ts";
import { suppressModal } from "./suppress.ts";

const ANA = { kind: "user", id: "U0ANA", via: "slack" } as const;
const BEN = { kind: "user", id: "U0BEN", via: "slack" } as const;
const SOON = "2026-01-04T10:00:00.000Z";
const LATER = "2026-02-01T10:00:00.000Z";
const { finding } = listed();
const waiting = suppressionOf(finding, { approval: "waiting" });
const inForce = suppressionOf(finding, { approval: { by: BEN, at: NOW }, expiresAt: SOON, noticedAt: NOW });
const asked = { ...inForce, asked: { expiresAt: LATER, by: ANA, at: NOW } };

const notAnApprover = (whoCan: readonly Helper[]): Refusal => ({ kind: "refused", deed: "approve", why: "approvers", whoCan });

function buttonsOf({ blocks }: Message): string[] {
  return blocks.flatMap((block) =>
    block.type === "actions" ? block.elements.flatMap((it) => (it.type === "button" ? [it.text.text] : [])) : [],
  );
}
const hidden = (suppression: Suppression): Message =>
  findingMessage(modelOf({ ...listed("suppressed"), suppression }, { pending: pendingOf(suppression, NOW) }));
const open = findingMessage(modelOf(listed(), { pending: pendingOf(waiting, NOW) }));
const notice = (suppression: Suppression, now = NOW): Message =>
  noticeMessage({ suppression, expiresAt: SOON, about: "Bucket ACL grants public read: exports", id: "s-1", mayRepeat: false, now });

describe("what waits for another person", () => {
  test("is said in the finding's message, which stays open and never says suppressed", () => {
    expect(open.text).toMatch(/^🔴 Critical/);
    expect(JSON.stringify(open.blocks)).toContain("Suppression pending");
    expect(JSON.stringify(open)).not.toContain("Suppressed");
    expect(buttonsOf(open)).toEqual(["Re-check", "Approve", "Decline", "Withdraw"]);
  });
  test("is over with the time that was asked for, with its end, and with the finding", () => {
    expect(pendingOf(waiting, waiting.expiresAt)).toBeNull();
    expect(pendingOf({ ...waiting, ended: { at: NOW, why: "declined", by: BEN } }, NOW)).toBeNull();
    expect(buttonsOf(findingMessage(modelOf(listed("resolved"), { pending: pendingOf(waiting, NOW) })))).toEqual([]);
  });
  test("of a later expiry leaves what is in force as it is", () => {
    expect(hidden(asked).text).toMatch(/^🔕 Suppressed/);
    expect(buttonsOf(hidden(asked))).toEqual(["Re-check", "Approve", "Decline", "Withdraw", "Lift suppression"]);
  });
  test("belongs to its own finding, under a former name too, or to what hides the finding", () => {
    expect(pendingAbout(finding, null, [waiting], NOW)).toMatchObject({ suppressionId: "s-1", later: false });
    expect(pendingAbout({ ...finding, fingerprint: "v1-new", aliases: [finding.fingerprint] }, null, [waiting], NOW)).not.toBeNull();
    expect(pendingAbout({ ...finding, fingerprint: "v1-other" }, null, [waiting], NOW)).toBeNull();
    const rule = { ...asked, scope: { rule: { regions: ["eu-west-1"] } } };
    expect(pendingAbout(finding, rule, [rule], NOW)).toMatchObject({ expiresAt: LATER, later: true });
  });
});

describe("a notice before an expiry", () => {
  test("has what to do about it", () => expect(buttonsOf(notice(inForce))).toEqual(["Extend", "Lift suppression"]));
  test("has what to decide while a later expiry waits", () =>
    expect(buttonsOf(notice(asked))).toEqual(["Approve", "Decline", "Withdraw", "Lift suppression"]));
  test.each([
    ["extended", { ...inForce, expiresAt: LATER }, "It now lasts until "],
    ["lifted", { ...inForce, ended: { at: NOW, why: "lifted", by: ANA } as const }, "It was lifted by "],
    ["ended by time", { ...inForce, ended: { at: SOON, why: "expired", by: { kind: "system" } } as const }, "It ended on "],
    [
      "ended with the finding",
      { ...inForce, ended: { at: NOW, why: "resolved", by: { kind: "system" } } as const },
      "the finding is resolved",
    ],
  ])("says what came of it once it was %s, and has no buttons", (_, suppression, words) => {
    const message = notice(suppression);
    expect(JSON.stringify(message.blocks)).toContain(words);
    expect(buttonsOf(message)).toEqual([]);
  });
  test("says that it has ended although nobody has written that down", () =>
    expect(JSON.stringify(notice(inForce, LATER).blocks)).toContain("It ended on "));
});

describe("a rule that waits", () => {
  const rule = {
    sets: [{ checks: ["s3/bucket-acl-public"], tags: { env: ["dev", "test"], owner: ["*"] } }, { accounts: ["111122223333"] }],
  };
  const byRule = suppressionOf(finding, { scope: { rule }, approval: "waiting" });
  const preview = { hidden: [finding], bySeverity: { critical: 1, high: 0, medium: 0, low: 0 }, tagsUnread: [] };
  const said = (suppression: Suppression): Message => ruleMessage({ suppression, preview, hides: 3, mayRepeat: false, now: NOW });
  test("says what it holds, and what it would hide", () => {
    expect(scopeText(byRule)).toBe("check s3/bucket-acl-public; tag env=dev|test, owner or account 111122223333");
    expect(JSON.stringify(said(byRule).blocks)).toContain("It would hide 1 finding now: 1 critical");
    expect(buttonsOf(said(byRule))).toEqual(["Approve", "Decline", "Withdraw"]);
    expect(problemsOf(said(byRule).blocks)).toEqual([]);
    expect(said(byRule)).toMatchSnapshot();
  });
  test("says what became of it", () => {
    const approved = said({ ...byRule, approval: { by: BEN, at: NOW } });
    expect(JSON.stringify(approved.blocks)).toContain("In force, and hides 3 findings.");
    expect(buttonsOf(approved)).toEqual(["Extend", "Lift suppression"]);
    const declined = said({ ...byRule, ended: { at: NOW, why: "declined", by: BEN } });
    expect(JSON.stringify(declined.blocks)).toContain("Declined by ");
    expect(buttonsOf(declined)).toEqual([]);
  });
  test("of a check that is not loaded does not say that it would hide nothing", () => {
    const { blocks } = ruleMessage({ suppression: byRule, preview: null, hides: 0, mayRepeat: true, now: NOW });
    expect(JSON.stringify(blocks)).toContain("cannot be said");
    expect(JSON.stringify(blocks)).toContain("This may repeat an earlier message");
    expect(JSON.stringify(blocks)).not.toContain("It would hide");
  });
  test("that makes no sense holds nothing, and says so", () =>
    expect(scopeText({ scope: { rule: { sets: [] } } })).toBe("nothing that can be understood"));
});

describe("how much later an expiry may be", () => {
  const limits = { maxDays: 60, defaultDays: 30, approval: "not-needed" } as const;
  test("is within the longest, and later than it is", () => {
    expect(longerDays(SOON, limits, NOW)).toEqual([7, 30, 60]);
    expect(longerDays(LATER, limits, NOW)).toEqual([60]);
    expect(longerDays(LATER, { ...limits, maxDays: 30 }, NOW)).toEqual([]);
  });
});

describe("who may not approve is told who can", () => {
  const words = (message: Message): string => JSON.stringify(message.blocks);
  test("by name where the configuration names somebody, and never the one who asked", () => {
    const rules = { roles: resolveRoles(), approvers: ["U0ANA", "U0BEN", "arn:aws:iam::111122223333:user/security"] };
    const told = words(ownApproval(helpersBut(ANA, whoCan("approve", rules))));
    expect(told).toContain('"user_id":"U0BEN"');
    expect(told).toContain("user/security");
    expect(told).not.toContain("U0ANA");
  });
  test("that anybody else can where it names nobody", () => expect(words(ownApproval([{ kind: "everyone" }]))).toContain("Any other"));
  test("that nobody can where it names only the one who asked", () =>
    expect(words(refusalMessage(notAnApprover(helpersBut(ANA, [{ kind: "person", id: "U0ANA" }]))))).toContain("names nobody who can"));
});

test("what buttons and windows carry is read back, and nothing else is", () => {
  const seen = { suppressionId: "s-view:V0123:123.456.abc", expiresAt: SOON };
  expect(decodeSeen(encodeSeen(seen))).toEqual(seen);
  expect(decodeExtend(encodeExtend({ suppressionId: "s-1", channel: "C1" }))).toMatchObject({ suppressionId: "s-1", channel: "C1" });
  for (const wrong of [undefined, "", "v1:v1-0", "s1|x|y", `s1|s-1|${SOON}|more`, `s1|s-1 |${SOON}`]) expect(decodeSeen(wrong)).toBeNull();
  for (const wrong of ["", "{}", "null", "{"]) expect(decodeExtend(wrong)).toBeNull();
});

describe("each of them fits Slack's limits", () => {
  const limits = { maxDays: 30, defaultDays: 30, approval: "waiting" } as const;
  const rule = { ...inForce, scope: { rule: { regions: ["eu-west-1"] } } };
  test.each([
    ["a finding whose suppression waits", open.blocks, "message"],
    ["a suppressed finding", hidden(inForce).blocks, "message"],
    ["a suppressed finding whose later expiry waits", hidden(asked).blocks, "message"],
    ["a notice", notice(inForce).blocks, "message"],
    ["a notice of which a later expiry waits", notice(asked).blocks, "message"],
    ["a notice that is over", notice({ ...inForce, expiresAt: LATER }).blocks, "message"],
    ["the window for a later expiry of a rule", extendModal(rule, "C1", limits, [7, 30]).blocks, "modal"],
    ["the window for a suppression that has to be approved", suppressModal(windowOf(finding, { limits })).blocks, "modal"],
    [
      "who can approve",
      refusalMessage(notAnApprover(Array.from({ length: 50 }, (__, i) => ({ kind: "person", id: `U0${i}` })))).blocks,
      "message",
    ],
  ] as const)("%s", (_, blocks, surface) => {
    expect(problemsOf(blocks, surface)).toEqual([]);
    expect(blocks).toMatchSnapshot();
  });
});

test("whatever people write and name, nothing is too long, and nobody is called by it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4000, size: "max" }),
    fc.constantFrom("", "<!channel> <@U0ANA>", "&".repeat(3000)),
  );
  fc.assert(
    fc.property(text, text, (justification, name) => {
      const given = { ...asked, justification, by: { kind: "user", id: name, via: "cli" } as const };
      const byRule = { ...given, approval: "waiting" as const, scope: { rule: { arns: [name], tags: { [name]: [name] } } } };
      for (const message of [
        hidden(given),
        noticeMessage({ suppression: given, expiresAt: SOON, about: name, id: "s-1", mayRepeat: true, now: NOW }),
        ruleMessage({ suppression: byRule, preview: null, hides: 0, mayRepeat: true, now: NOW }),
        refusalMessage(notAnApprover([name, justification].map((id) => ({ kind: "terminal", id })))),
      ]) {
        const sent = fitted(message);
        expect(problemsOf(sent.blocks)).toEqual([]);
        expect(sent.blocks).toHaveLength(message.blocks.length);
        expect(sent.text).not.toMatch(/<!|<@/);
      }
      expect(problemsOf(extendModal(given, "C1", { maxDays: 30, defaultDays: 30, approval: "waiting" }, [30]).blocks, "modal")).toEqual([]);
    }),
    { seed: 11, numRuns: 100 },
  );
});
