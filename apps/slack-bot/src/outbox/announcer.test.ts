import { applyWrite, emptyState, HOUR, type OutboxRow, plus, type ScopeCoverage, type Write } from "@posture/core";
import { type Destination, USUAL } from "@posture/config";
import type { StatusChange } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { ACCOUNT, AT, listed, many, NOW, opened, refOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf, askedFor, type Route } from "./announcer.ts";
import { memberKeys, membersIn } from "./members.ts";
import { findingRow, outboxOf, rowOf, type To } from "./rows.ts";

const announcer = announcerOf(() => [USUAL]);

const FIRST = { kind: "sweep", sweepId: "sweep-1" } as const;
/** Nobody was told of any account. */
const UNHEARD = { outbox: [] };
const SWEEP = {
  id: "sweep-1",
  begunAt: AT,
  finishedAt: NOW,
  accounts: [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: true }],
  coverage: [],
  undecided: [],
  unread: [],
  calls: 1,
};

/** Of the messages; what their threads are told is tested apart. */
function keysOf(writes: readonly Write[]): string[] {
  return writes.flatMap((write) => (write.kind === "outbox" && !write.value.key.startsWith("reply:") ? [write.value.key] : []));
}
function plan(changes: readonly StatusChange[], outbox: readonly OutboxRow[] = [], now: string = NOW): string[] {
  return keysOf(announcer.plan(changes, viewOf(outbox), now, [], []));
}
const sent = (fingerprint: string, n = 1, to: To = null): OutboxRow => {
  const row = findingRow(fingerprint, n, AT, { to });
  return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: "C1", shown: 1 } });
};
const changed = (
  before: "open" | "resolved" | "suppressed",
  after: "open" | "resolved" | "suppressed",
  clearedAt: string | null = null,
): StatusChange => ({
  before: { finding: listed(before, { clearedAt }).finding, status: before },
  after: listed(after),
  cause: { kind: "sweep", sweepId: "sweep-2" },
});

describe("a finding that nobody has heard of", () => {
  test.each(["critical", "high"] as const)("gets a message of its own when it is %s", (severity) => {
    const it = listed("open", { severity });
    expect(plan([opened(it)])).toEqual([`finding:${it.finding.fingerprint}:1`]);
  });
  test.each(["medium", "low"] as const)("gets none when it is %s", (severity) => {
    expect(plan([opened(listed("open", { severity }))])).toEqual([]);
  });
  test.each(["covered", "suppressed", "resolved"] as const)("gets none while it is %s", (status) => {
    expect(plan([opened(listed(status))])).toEqual([]);
  });
  test("gets none in the first sweep, whose digest says it", () => {
    expect(announcer.plan([opened(listed(), FIRST)], viewOf([], UNHEARD), NOW, [], [])).toEqual([]);
  });
  test("gets its message when a later sweep of an account that is never complete finds it", () => {
    const [digest] = announcer.planSweep(SWEEP, viewOf([], UNHEARD), NOW);
    const rows = digest?.kind === "outbox" ? [digest.value] : [];
    expect(plan([opened(listed(), FIRST)], rows)).toHaveLength(1);
  });
  test("gets its message when it has become grave", () => {
    const cause = { kind: "sweep", sweepId: "sweep-2" } as const;
    const graver = (severity: "low" | "high", to: "low" | "critical"): StatusChange => ({
      before: listed("open", { severity }),
      after: listed("open", { severity: to }),
      cause,
    });
    expect(plan([graver("low", "critical")])).toHaveLength(1);
    expect(plan([graver("high", "critical")])).toEqual([]);
    expect(plan([graver("high", "low")])).toEqual([]);
  });
  test("gets its message when it was covered and its cover is gone", () => {
    const after = listed("open");
    const change: StatusChange = { before: { ...after, status: "covered" }, after, cause: { kind: "clock" } };
    expect(plan([change])).toHaveLength(1);
  });
});

describe("many new findings in one sweep", () => {
  test("ten are ten messages", () => {
    expect(plan(many(10, "high").map((it) => opened(it)))).toHaveLength(10);
  });
  test("eleven are one digest, which names them", () => {
    const writes = announcer.plan(
      many(11, "high").map((it) => opened(it)),
      viewOf(),
      NOW,
      [],
      [],
    );
    const rows = writes.flatMap((write) => (write.kind === "outbox" ? [write.value] : []));
    const [digest] = rows;
    expect(digest?.key).toBe(`digest:sweep-2:${ACCOUNT}`);
    expect(rows.slice(1).map(({ key, state }) => [key, state])).toEqual([[...memberKeys(digest?.key ?? "", 1), "sent"]]);
    expect(membersIn(rows)).toHaveLength(11);
  });
  test("those of two accounts are counted apart", () => {
    const other = many(6, "critical").map((it, i) =>
      listed("open", { ref: { ...it.finding.ref, accountId: "444455556666", arn: `arn:aws:s3:::other-${i}` } }),
    );
    expect(plan([...many(6, "high"), ...other].map((it) => opened(it)))).toHaveLength(12);
  });
});

describe("a finding that has a message", () => {
  const { fingerprint } = listed().finding;
  test.each([
    ["open", "resolved"],
    ["open", "suppressed"],
    ["suppressed", "open"],
    ["open", "open"],
  ] as const)("has it follow from %s to %s", (before, after) => {
    expect(plan([changed(before, after)], [sent(fingerprint)])).toEqual([`finding:${fingerprint}:1`]);
  });
  test("that reopens within the hour keeps that one message", () => {
    expect(plan([changed("resolved", "open", plus(NOW, 1 - HOUR))], [sent(fingerprint)])).toEqual([`finding:${fingerprint}:1`]);
  });
  test("that reopens after an hour gets another, which follows the first, and the first says so too", () => {
    const writes = announcer.plan([changed("resolved", "open", plus(NOW, -HOUR))], viewOf([sent(fingerprint)]), NOW, [], []);
    expect(keysOf(writes)).toEqual([`finding:${fingerprint}:1`, `finding:${fingerprint}:2`]);
    const second = writes[1]?.kind === "outbox" ? rowOf(writes[1].value)?.body : undefined;
    expect(second).toMatchObject({ follows: "1.0", ts: null });
  });
  test("is found by its former fingerprint after a rename", () => {
    const renamed = listed("resolved", { checkId: "s3/other", aliases: [fingerprint] });
    const change: StatusChange = { before: { ...renamed, status: "open" }, after: renamed, cause: { kind: "clock" } };
    expect(plan([change], [sent(fingerprint)])).toEqual([`finding:${fingerprint}:1`]);
  });
  test("that Slack would not take gets a new one when somebody asks for it", () => {
    const dead = { ...sent(fingerprint), state: "dead" } as const;
    expect(keysOf(askedFor([listed().finding], null, [dead], NOW))).toEqual([`finding:${fingerprint}:2`]);
    expect(keysOf(askedFor([listed().finding], null, [sent(fingerprint)], NOW))).toEqual([]);
  });
  test("many at once become due a second apart, so that news finds its place between them", () => {
    const due = askedFor(
      many(3, "high").map(({ finding }) => finding),
      null,
      [],
      NOW,
    ).flatMap((write) => (write.kind === "outbox" ? [write.value.dueAt] : []));
    expect(due).toEqual([NOW, plus(NOW, 1000), plus(NOW, 2000)]);
  });
});

describe("how many messages a sweep makes due", () => {
  const due = (writes: readonly Write[]): number => writes.filter((it) => it.kind === "outbox" && it.value.state === "due").length;
  test("one, of a first sweep of 500 findings", () => {
    const all = many(500, "critical");
    const view = viewOf([], { ...UNHEARD, findings: all.map(({ finding }) => finding) });
    const news = all.map((it) => opened(it, FIRST));
    expect(due(announcer.plan(news, view, NOW, [], [])) + due(announcer.planSweep(SWEEP, view, NOW))).toBe(1);
  });
  test("one, of 10,000 new findings after that, whose row is small: which they are is written once", () => {
    const writes = announcer.plan(
      many(10_000, "high").map((it) => opened(it)),
      viewOf(),
      NOW,
      [],
      [],
    );
    const rows = writes.flatMap((it) => (it.kind === "outbox" ? [it.value] : []));
    expect(due(writes)).toBe(1);
    expect(JSON.stringify(rows.filter(({ state }) => state === "due")).length).toBeLessThan(1000);
    expect(membersIn(rows)).toHaveLength(10_000);
  });
});

describe("the first sweep of an account", () => {
  test("is told in one digest", () => {
    expect(keysOf(announcer.planSweep(SWEEP, viewOf([], UNHEARD), NOW))).toEqual([`digest:first:${ACCOUNT}`]);
  });
  test("is told once, however often it has to be repeated until it is complete", () => {
    const state = emptyState();
    for (const write of announcer.planSweep(SWEEP, viewOf([], UNHEARD), NOW)) applyWrite(state, write);
    expect(announcer.planSweep({ ...SWEEP, id: "sweep-2" }, viewOf([], { outbox: [...state.outbox.values()] }), NOW)).toEqual([]);
  });
  test("is not told of an account that people were told of", () => {
    expect(announcer.planSweep(SWEEP, viewOf(), NOW)).toEqual([]);
  });
  test("is not told while its role is denied, and is when something of it could be read", () => {
    const scope = (type: string, reason: "credentials" | "denied"): ScopeCoverage => ({
      accountId: ACCOUNT,
      region: "eu-west-1",
      type,
      state: "incomplete",
      listedAt: AT,
      gap: { reason, missing: [], detail: "sts:AssumeRole was refused" },
    });
    const told = (...coverage: readonly ScopeCoverage[]): string[] =>
      keysOf(announcer.planSweep({ ...SWEEP, coverage }, viewOf([], UNHEARD), NOW));
    expect(told(scope("AWS::S3::Bucket", "credentials"), scope("AWS::EC2::SecurityGroup", "credentials"))).toEqual([]);
    expect(told(scope("AWS::S3::Bucket", "credentials"), scope("AWS::EC2::SecurityGroup", "denied"))).toEqual([`digest:first:${ACCOUNT}`]);
  });
  test("is told of one that was swept before, when nobody was told: a command line may have been first", () => {
    const swept = { ...SWEEP, id: "sweep-2", accounts: [{ accountId: ACCOUNT, regions: [], baseline: false }] };
    expect(keysOf(announcer.planSweep(swept, viewOf([], UNHEARD), NOW))).toEqual([`digest:first:${ACCOUNT}`]);
    // And what is new in it is in that digest.
    expect(announcer.plan([opened(listed())], viewOf([], UNHEARD), NOW, [], [])).toEqual([]);
  });
});

test("nothing is said twice when a commit repeats what was said", () => {
  const it = listed("open", { ref: refOf("twice") });
  const first = announcer.plan([opened(it)], viewOf(), NOW, [], []);
  const rows = first.flatMap((write) => (write.kind === "outbox" ? [write.value] : []));
  expect(plan([opened(it)], rows)).toEqual([`finding:${it.finding.fingerprint}:1`]); // the same key: the same message
});

describe("a finding that belongs to several channels", () => {
  const infra: Destination = { ...USUAL, channel: "#infra", route: "infra" };
  const quiet: Destination = { ...USUAL, channel: "#quiet", route: "quiet", own: ["critical"] };
  const planned = (route: Route, changes: readonly StatusChange[], outbox: readonly OutboxRow[] = []): string[] =>
    keysOf(announcerOf(route).plan(changes, viewOf(outbox), NOW, [], []));
  const it = listed("open", { severity: "high" });
  const { fingerprint } = it.finding;

  test("has a message in each where its severity is told", () => {
    expect(planned(() => [USUAL, infra, quiet], [opened(it)])).toEqual([`finding:${fingerprint}:1`, `finding:${fingerprint}@#infra:1`]);
  });
  test("has each of them follow it", () => {
    const rows = [sent(fingerprint), sent(fingerprint, 1, "#infra")];
    expect(planned(() => [USUAL, infra], [changed("open", "resolved")], rows)).toEqual(rows.map(({ key }) => key));
  });
  test("gets its message where only now it is grave enough, and no other", () => {
    const graver: StatusChange = { ...opened(listed("open")), before: it };
    const keys = planned(() => [infra, quiet], [graver], [sent(fingerprint, 1, "#infra")]);
    expect(keys).toEqual([`finding:${fingerprint}@#infra:1`, `finding:${fingerprint}@#quiet:1`]);
  });
  test("keeps its messages where they are when the routes change: they follow it, and none is made elsewhere", () => {
    const rows = [sent(fingerprint, 1, "#infra")];
    expect(planned(() => [USUAL], [changed("open", "suppressed")], rows)).toEqual([`finding:${fingerprint}@#infra:1`]);
    expect(planned(() => [USUAL], [changed("suppressed", "open")], rows)).toEqual([`finding:${fingerprint}@#infra:1`]);
  });
  test("is news after an hour where it belongs now, following the message that is there", () => {
    const change = changed("resolved", "open", plus(NOW, -HOUR));
    const rows = [sent(fingerprint), sent(fingerprint, 3, "#infra")];
    const keys = [`finding:${fingerprint}:1`, `finding:${fingerprint}@#infra:3`, `finding:${fingerprint}@#infra:4`];
    expect(planned(() => [infra], [change], rows)).toEqual(keys);
  });
  test("is counted in each channel apart: eleven in one are a digest there, and one message elsewhere", () => {
    const crowd = many(11, "high");
    const route: Route = ({ ref }) => (ref.name === "high-0" ? [infra, USUAL] : [infra]);
    const keys = planned(
      route,
      crowd.map((one) => opened(one)),
    );
    const digest = `digest:sweep-2:${ACCOUNT}@#infra`;
    expect(keys).toEqual([digest, ...memberKeys(digest, 1), `finding:${crowd[0]?.finding.fingerprint}:1`]);
  });
  test("has its account's first sweep told in each channel that has something open, and only there", () => {
    const findings = [listed("open"), listed("resolved", { ref: refOf("fixed") })].map(({ finding }) => finding);
    const route: Route = ({ ref }) => [ref.name === "fixed" ? USUAL : infra];
    const planSweep = (all: typeof findings): string[] =>
      keysOf(announcerOf(route).planSweep(SWEEP, viewOf([], { ...UNHEARD, findings: all }), NOW));
    expect(planSweep(findings)).toEqual([`digest:first:${ACCOUNT}@#infra`]);
    expect(planSweep([])).toEqual([`digest:first:${ACCOUNT}`]);
  });
});
