import { type Actor, DAY, HOUR, memoryStore, type Rule } from "@posture/core";
import { describe, expect, it } from "vitest";
import { createPosture } from "./create.ts";
import type { SuppressAnswer } from "./posture.ts";
import {
  ALL_PORTS,
  ann,
  bob,
  BOTH,
  BUCKETS,
  days,
  eventsOf,
  fileOf,
  findingOf,
  type Given,
  hiddenIn,
  idOf,
  namesOf,
  REASON,
  SITE,
  SSH,
  swept,
  wait,
  folder,
} from "./suppressing.test.fixture.ts";

describe("where another person has to approve", () => {
  const config = { suppressions: { approval: { critical: true }, maxDays: { critical: 7, low: 20 }, defaultDays: 10 } };
  async function asked(given: Given, by: Actor = ann): Promise<SuppressAnswer> {
    const { fingerprint } = await findingOf(given, ALL_PORTS, "sg-0000000a");
    return given.posture.suppress({ fingerprint, justification: REASON, by });
  }
  it("a suppression hides nothing until somebody else has approved it, and expires when it was asked for", async () => {
    const given = await swept(config);
    const answer = await asked(given);
    const id = idOf(answer);
    expect(answer).toMatchObject({ suppression: { approval: "waiting" }, preview: { hidden: [{ checkId: ALL_PORTS }] } });
    expect(await hiddenIn(given)).toEqual([]);
    expect(await given.posture.suppressions()).toMatchObject([{ state: "waiting", hides: 0 }]);
    expect(await asked(given, bob)).toMatchObject({ why: "already-waiting" });
    expect(await given.posture.approve(id, ann)).toEqual({ kind: "refused", why: "own-approval" });
    expect(await given.posture.approve(id, { kind: "user", id: "root", via: "cli" })).toEqual({ kind: "refused", why: "person-unproven" });
    wait(2 * DAY);
    expect(await given.posture.approve(id, bob)).toMatchObject({ kind: "done", suppression: { approval: { by: bob } } });
    expect(await hiddenIn(given)).toEqual([`${ALL_PORTS} sg-0000000a`]);
    expect(given.changes.filter(({ after }) => after.status === "suppressed")).toHaveLength(1);
    wait(8 * DAY);
    expect(await hiddenIn(given)).toEqual([]);
    expect((await eventsOf(given)).map(({ type, note }) => `${type}: ${note}`)).toEqual([
      `suppression-asked: ${REASON}`,
      "suppression-refused: already-waiting",
      "suppression-refused: own-approval",
      "suppression-refused: person-unproven",
      expect.stringMatching(/^suppression-approved: until /),
    ]);
  });
  it("a name that nobody vouches for cannot ask", async () => {
    const given = await swept(config);
    expect(await asked(given, { kind: "user", id: "root", via: "cli" })).toEqual({ kind: "refused", why: "person-unproven" });
  });
  it("a person at two doors is one person", async () => {
    const given = await swept(config);
    const id = idOf(await asked(given, { kind: "user", id: "U1", via: "slack" }));
    expect(await given.posture.approve(id, { kind: "user", id: "U1", via: "cli" })).toEqual({ kind: "refused", why: "own-approval" });
  });
  it("what is declined or withdrawn never begins", async () => {
    const given = await swept(config);
    await given.posture.decline(idOf(await asked(given)), bob);
    await given.posture.lift(idOf(await asked(given)), ann);
    expect(await given.posture.suppressions()).toEqual([]);
    expect((await given.store.history()).map(({ ended }) => ended?.why ?? "").toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "declined",
      "withdrawn",
    ]);
  });
  it("only those may approve whom the configuration names", async () => {
    const given = await swept({ suppressions: { approval: { critical: true }, approvers: ["U2"] } });
    const id = idOf(await asked(given));
    expect(await given.posture.approve(id, bob)).toEqual({ kind: "refused", why: "not-an-approver" });
    expect(await given.posture.approve(id, { kind: "user", id: "U2", via: "slack" })).toMatchObject({ kind: "done" });
  });
  it("a rule waits where it may ever hide such a finding, and another does not", async () => {
    const { posture } = await swept(config);
    const approvalOf = async (rule: Rule): Promise<string> => (await posture.preview({ rule })).limits.approval;
    expect(await approvalOf({ regions: ["global"] })).toBe("waiting");
    expect(await approvalOf({ checks: [SITE] })).toBe("not-needed");
  });
  it("so does a later expiry, and what is in force stays meanwhile", async () => {
    const given = await swept(config);
    const id = idOf(await asked(given));
    await given.posture.approve(id, bob);
    const until = (await given.posture.suppressionNamed(id)).suppression.expiresAt;
    wait(6 * DAY);
    const later = days(7);
    expect(await given.posture.extend(id, days(8), ann)).toEqual({ kind: "refused", why: "expiry-out-of-range" });
    expect(await given.posture.extend(id, later, ann)).toMatchObject({ suppression: { expiresAt: until, asked: { expiresAt: later } } });
    expect(await hiddenIn(given)).toHaveLength(1);
    expect(await given.posture.approve(id, ann)).toEqual({ kind: "refused", why: "own-approval" });
    expect(await given.posture.decline(id, bob)).toMatchObject({ kind: "done", suppression: { expiresAt: until, ended: null } });
    await given.posture.extend(id, later, ann);
    expect(await given.posture.approve(id, bob)).toMatchObject({ kind: "done", suppression: { expiresAt: later } });
    wait(8 * DAY);
    expect(await hiddenIn(given)).toHaveLength(1);
  });
});

describe("as time passes", () => {
  it("an expiry that is near is written down once, and again after it was made later", async () => {
    const given = await swept();
    const id = idOf(await given.posture.suppress({ rule: BUCKETS, justification: REASON, by: ann, expiresAt: days(20) }));
    const notices = async (): Promise<number> => (await eventsOf(given)).filter(({ type }) => type === "suppression-expiring").length;
    wait(16 * DAY);
    await given.posture.tick();
    expect(await notices()).toBe(0);
    wait(17 * DAY);
    await given.posture.tick();
    await given.posture.tick();
    expect(await notices()).toBe(1);
    expect(await given.posture.extend(id, days(20), bob)).toMatchObject({ kind: "done" });
    await given.posture.tick();
    expect(await notices()).toBe(1);
    wait(36 * DAY);
    await given.posture.tick();
    expect(await notices()).toBe(2);
    expect(given.changes.filter(({ cause }) => cause.kind === "clock")).toEqual([]);
  });
  it("a rule that has expired hides nothing, and the next tick announces all that it hid", async () => {
    const given = await swept();
    await given.posture.suppress({ rule: BOTH, justification: REASON, by: ann, expiresAt: days(1) });
    given.changes.length = 0;
    wait(DAY + HOUR);
    expect(await hiddenIn(given)).toEqual([]);
    await given.posture.tick();
    const shown = given.changes.filter(({ before: was, after }) => was?.status === "suppressed" && after.status === "open");
    expect(namesOf(shown.map(({ after }) => after.finding))).toEqual([`${SITE} dev-site`, `${SITE} prod-site`, `${ALL_PORTS} sg-0000000a`]);
    expect(await given.posture.suppressions()).toEqual([]);
  });
  it("a tick that changes nothing writes nothing", async () => {
    const given = await swept();
    await given.posture.suppress({ rule: BOTH, justification: REASON, by: ann });
    const { fingerprint } = await findingOf(given, SSH, "sg-0000000a");
    await given.posture.suppress({ fingerprint, justification: REASON, by: ann });
    const count = async (): Promise<number> => {
      let all = 0;
      for await (const { seq } of given.store.records()) all = seq;
      return all;
    };
    const records = await count();
    await given.posture.tick();
    expect(await count()).toBe(records);
  });
});

describe("the configuration of suppressions", () => {
  it.each([
    ["a severity that there is not", { maxDays: { urgent: 3 } }],
    ["for ever", { maxDays: { low: 100_000 } }],
    ["no time at all", { defaultDays: 0 }],
    ["a setting that there is not", { maximum: 3 }],
    ["no approvers at all", { approvers: [] }],
  ])("refuses %s", async (_, suppressions) => {
    const created = createPosture({ store: memoryStore(), folder, configFile: fileOf({ suppressions }) });
    await expect(created).rejects.toMatchObject({ code: "POSTURE_CONFIG_INVALID" });
  });
});
