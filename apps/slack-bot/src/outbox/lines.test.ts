import { type AuditEvent, type Suppression, SYSTEM } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { AT, CHANGE, listed, NOW, suppressionOf } from "../finding.test.fixture.ts";
import { type Line, tellingsOf } from "./lines.ts";

const { finding } = listed();
const ANA = { kind: "user", id: "U0ANA", via: "slack" } as const;
const BEN = { kind: "user", id: "U0BEN", via: "slack" } as const;
const SWEEP: StatusChange["cause"] = { kind: "sweep", sweepId: "s" };

function linesOf(
  events: readonly Partial<AuditEvent>[],
  change?: Partial<StatusChange>,
  suppressions: readonly Suppression[] = [],
): readonly Line[] {
  const whole = events.map((it): AuditEvent => ({
    type: "resolved",
    subject: finding.fingerprint,
    at: NOW,
    actor: SYSTEM,
    source: "sweep",
    note: "",
    ...it,
  }));
  const changes = change ? [{ before: listed(), after: listed(), cause: SWEEP, ...change }] : [];
  const tellings = tellingsOf({ changes, suppressions, events: whole }, () => finding, NOW);
  return tellings.flatMap(({ lines }) => lines);
}

describe("of a finding", () => {
  test("says who asked for the re-check that resolved it, and why it is resolved", () => {
    const events = [{ type: "resolved", source: "re-check", note: "gone" }] as const;
    const [line, ...more] = linesOf(events, { after: listed("resolved"), cause: { kind: "re-check", by: ANA } });
    expect(line).toMatchObject({ did: "resolved", by: ANA, source: "re-check", why: "gone" });
    expect(more).toEqual([]);
  });
  test("says after which change in AWS it was resolved or reopened", () => {
    const cause = { kind: "event", change: CHANGE } as const;
    const { name, at, by } = CHANGE;
    const [resolved] = linesOf([{ source: "event", note: "pass", change: CHANGE }], { after: listed("resolved"), cause });
    expect(resolved).toMatchObject({ did: "resolved", source: "event", after: { name, at, by } });
    const [reopened] = linesOf([{ type: "reopened", source: "event", change: CHANGE }], { before: listed("resolved"), cause });
    expect(reopened).toMatchObject({ did: "reopened", after: { name, at, by } });
  });
  test("keeps no more of a name than a row has room for", () => {
    const change = { ...CHANGE, name: "x".repeat(5000), by: "y".repeat(5000) };
    const [line] = linesOf([{ source: "event", note: "pass", change }], { after: listed("resolved"), cause: { kind: "event", change } });
    expect([line?.after?.name.length, line?.after?.by?.length]).toEqual([400, 400]);
  });
  test("says what could not be read", () => {
    const stale = { reason: "denied", missing: ["s3:GetBucketAcl"], detail: "", since: NOW } as const;
    const [line] = linesOf([{ type: "went-stale", source: "event" }], { after: listed("open", { stale }) });
    expect(line).toMatchObject({ did: "went-stale", why: "missing s3:GetBucketAcl", source: "event" });
  });
  test("says both severities", () => {
    const [line] = linesOf([{ type: "severity-changed" }], { after: listed("open", { severity: "low" }) });
    expect(line).toMatchObject({ from: "critical", to: "low" });
  });
  test("says to whom it is given, and of whom it is taken", () => {
    const assignee = { id: "U0BEN", at: NOW, by: ANA };
    const given = [listed(), listed("open", { assignee })] as const;
    const cause = { kind: "assignment", by: ANA } as const;
    const said = { actor: ANA, source: "slack" } as const;
    const [line] = linesOf([{ type: "assigned", ...said }], { before: given[0], after: given[1], cause });
    expect(line).toMatchObject({ did: "assigned", by: ANA, to: "U0BEN" });
    const [taken] = linesOf([{ type: "unassigned", ...said }], { before: given[1], after: given[0], cause });
    expect(taken).toMatchObject({ did: "unassigned", by: ANA, from: "U0BEN" });
  });
  test("says nothing of its opening, of tags, or of what nobody changed", () => {
    expect(linesOf([{ type: "opened" }], { before: null })).toEqual([]);
    expect(linesOf([{ type: "tags-changed" }], {})).toEqual([]);
    expect(linesOf([], {})).toEqual([]);
  });
  test("says that its status changed where nothing else does: by its cover, or by the configuration", () => {
    expect(linesOf([{ type: "covered" }], { after: listed("covered") })).toMatchObject([
      { did: "status-changed", from: "open", to: "covered" },
    ]);
    expect(linesOf([{ type: "watched-changed" }], { after: listed("retired") })).toMatchObject([{ did: "status-changed", to: "retired" }]);
  });
});

describe("of a suppression", () => {
  const about = (type: AuditEvent["type"], actor: AuditEvent["actor"]): Partial<AuditEvent> => ({
    type,
    subject: "s-1",
    actor,
    source: "slack",
    after: finding.fingerprint,
  });
  const said = (type: AuditEvent["type"], actor: AuditEvent["actor"], more: Partial<Suppression> = {}): Line | undefined =>
    linesOf([about(type, actor)], undefined, [suppressionOf(finding, more)])[0];
  test("says the reason and until when", () => {
    expect(said("suppressed", ANA)).toMatchObject({
      did: "suppressed",
      by: ANA,
      why: "A static website; reviewed with the web team.",
      until: "2026-01-31T10:00:00.000Z",
    });
  });
  test("tells who asked what another person decided, and nobody of their own deed", () => {
    expect(said("suppression-approved", BEN, { approval: { by: BEN, at: NOW } })?.tells).toBe("U0ANA");
    expect(said("suppression-declined", BEN, { ended: { at: NOW, why: "declined", by: BEN } })).toMatchObject({ tells: "U0ANA" });
    expect(said("suppression-ended", ANA, { ended: { at: NOW, why: "lifted", by: ANA } })).toMatchObject({
      did: "suppression-lifted",
      tells: null,
    });
  });
  test("tells a suppression that waits from a later expiry that does", () => {
    expect(said("suppression-asked", ANA, { from: NOW, approval: "waiting" })?.did).toBe("suppression-asked");
    const asked = { expiresAt: "2026-03-01T00:00:00.000Z", by: BEN, at: NOW };
    expect(said("suppression-asked", BEN, { from: AT, asked })).toMatchObject({ did: "later-expiry-asked", until: asked.expiresAt });
  });
  test("by rule says whose it is, on each finding that it hides and shows again", () => {
    const rule = suppressionOf(finding, { scope: { rule: { regions: ["eu-west-1"] } } });
    const cause = { kind: "suppression", suppression: rule } as const;
    expect(linesOf([], { after: listed("suppressed"), cause })).toMatchObject([{ did: "suppressed", by: ANA, why: rule.justification }]);
    const lifted = { ...rule, ended: { at: NOW, why: "lifted", by: BEN } } as const;
    const shown = linesOf([], { before: listed("suppressed"), cause: { kind: "suppression", suppression: lifted } });
    expect(shown).toMatchObject([{ did: "suppression-lifted", by: BEN, source: "slack" }]);
    expect(linesOf([], { before: listed("suppressed"), cause: { kind: "clock" } })).toMatchObject([{ did: "suppression-expired" }]);
  });
});
