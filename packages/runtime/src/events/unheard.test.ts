import { loadConfig } from "@posture/config";
import {
  type Affected,
  type Finding,
  fingerprintOf,
  type Instant,
  plus,
  type ResourceRef,
  resourceKey,
  type Selector,
  type SweepRecord,
  type Unheard,
} from "@posture/core";
import type { Changed } from "@posture/engine";
import { describe, expect, test } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import { asOne } from "../swept-together.ts";
import { Hearing } from "./hearing.ts";
import { Silence } from "./silence.ts";
import { heardBy } from "./targets.ts";
import { EXPECTED_WITHIN, judged, type Suspect, suspectsIn, type SweepSeen, toldBy, unheardAfter } from "./unheard.ts";

const MINUTE = 60_000;
const NOON: Instant = "2026-11-25T12:00:00.000Z";
const at = (minutes: number): Instant => plus(NOON, minutes * MINUTE);
const ACCOUNT = "111122223333";
const SSH = "security-group/ssh-open-to-internet";
const GROUP: ResourceRef = {
  type: "AWS::EC2::SecurityGroup",
  arn: `arn:aws:ec2:eu-west-1:${ACCOUNT}:security-group/sg-1`,
  name: "sg-1",
  accountId: ACCOUNT,
  region: "eu-west-1",
};
const PLACE = { accountId: ACCOUNT, region: "eu-west-1", type: GROUP.type };

function sweepAt(minutes: number, more: Partial<SweepRecord> = {}): SweepRecord {
  return {
    id: `sweep-${minutes}`,
    begunAt: at(minutes),
    finishedAt: at(minutes + 1),
    accounts: [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: false }],
    coverage: [{ ...PLACE, state: "complete", listedAt: at(minutes), seen: 1 }],
    undecided: [],
    unread: [],
    calls: 1,
    settings: { [SSH]: "as it was" },
    ...more,
  };
}
const gap = { reason: "denied" as const, missing: [], detail: "denied" };
function findingAt(minutes: number, more: Partial<Finding> = {}): Finding {
  return {
    fingerprint: "v1-00000000000000000000000000000001",
    aliases: [],
    checkId: SSH,
    ref: GROUP,
    severity: "critical",
    title: "SSH is open",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "open", text: "open", evidence: {}, notes: [] },
    openedAt: at(minutes),
    clearedAt: null,
    reopened: 0,
    lastSeenAt: at(minutes),
    evidenceAt: at(minutes),
    stale: null,
    ...more,
  };
}
const opened = (finding: Finding): Changed => ({ before: null, after: { finding, status: "open" } });
const resolved = (before: Finding): Changed => ({
  before: { finding: before, status: "open" },
  after: { finding: findingAt(15.5, { condition: "cleared" }), status: "resolved" },
});
/** A sweep at 12:15 that found a port open which the one at 12:00 had seen closed, while events were listened to. */
function seen(more: Partial<SweepSeen> = {}): SweepSeen {
  const known = new Map([[resourceKey(GROUP), at(-60)]]);
  return {
    sweep: sweepAt(15),
    previous: sweepAt(0),
    changes: [opened(findingAt(15.5))],
    firstSeen: (key) => known.get(key),
    timed: new Set(),
    ...more,
  };
}
function hearingSince(since: Instant | null): Hearing {
  const hearing = new Hearing();
  if (since !== null) hearing.begins(since);
  return hearing;
}
const about = (target: ResourceRef | Selector): readonly Pick<Affected, "targets">[] => [{ targets: [target] }];
const TOLD = new Set([SSH]);
const suspects = (more: Partial<SweepSeen> = {}, since: Instant | null = at(-1)): readonly Suspect[] =>
  suspectsIn(seen(more), TOLD, hearingSince(since));
const SUSPECT: Suspect = { ref: GROUP, after: at(0), foundAt: at(16) };

describe("a change that a sweep finds", () => {
  test("should have been told of where nothing stands against it, be it for the worse or for the better", () => {
    expect(suspects()).toEqual([SUSPECT]);
    expect(suspects({ changes: [resolved(findingAt(0))] })).toEqual([SUSPECT]);
  });
  test.each<readonly [string, Partial<SweepSeen>, Instant | null]>([
    ["nobody listens", {}, null],
    ["the sweep before began when nobody listened", {}, at(0.5)],
    ["it is the first sweep", { previous: null }, at(-1)],
    [
      "it is as it was",
      { changes: [{ before: { finding: findingAt(0), status: "suppressed" }, after: { finding: findingAt(15.5), status: "open" } }] },
      at(-1),
    ],
    ["the check was set another way", { previous: sweepAt(0, { settings: { [SSH]: "another way" } }) }, at(-1)],
    ["the check is new", { previous: sweepAt(0, { settings: {} }) }, at(-1)],
    ["time alone may have done it", { timed: new Set([SSH]) }, at(-1)],
    ["the evidence is older than the sweep", { changes: [opened(findingAt(14))] }, at(-1)],
    ["the resource is new", { firstSeen: () => at(15) }, at(-1)],
    ["the resource is gone, and was in no listing", { firstSeen: () => undefined }, at(-1)],
    ["the finding was not decided before", { changes: [resolved(findingAt(0, { stale: { ...gap, since: at(0) } }))] }, at(-1)],
    [
      "the check was not decided before",
      {
        previous: sweepAt(0, { undecided: [{ ...gap, checkId: SSH, ref: GROUP }] }),
        changes: [opened(findingAt(15.5, { fingerprint: fingerprintOf(SSH, GROUP) }))],
      },
      at(-1),
    ],
    [
      "the listing before was not complete",
      { previous: sweepAt(0, { coverage: [{ ...PLACE, state: "incomplete", listedAt: at(0), gap }] }) },
      at(-1),
    ],
    ["the region was not listed before", { previous: sweepAt(0, { coverage: [] }) }, at(-1)],
    ["nobody watches it any more", { changes: [opened(findingAt(15.5, { watched: "unmonitored" }))] }, at(-1)],
    ["its check hears no event", { changes: [opened(findingAt(15.5, { checkId: "security-group/unused" }))] }, at(-1)],
  ])("is nothing to wonder at where %s", (_, more, since) => expect(suspects(more, since)).toEqual([]));
});

describe("of what waits for its event", () => {
  const over = plus(SUSPECT.foundAt, EXPECTED_WITHIN);
  test("nothing is said before the event may be late", () =>
    expect(judged([SUSPECT], hearingSince(at(-1)), plus(over, -1))).toEqual({ waiting: [SUSPECT], unheard: [] }));
  test("it is said that none came, once that is so", () =>
    expect(judged([SUSPECT], hearingSince(at(-1)), over)).toEqual({ waiting: [], unheard: [SUSPECT] }));
  test.each<readonly [string, ResourceRef | Selector]>([
    ["names the resource", GROUP],
    ["may mean it", { type: GROUP.type, by: "instanceId", value: "i-1", accountId: ACCOUNT, region: "eu-west-1" }],
    ["may mean it in any region", { type: GROUP.type, by: "instanceId", value: "i-1", accountId: ACCOUNT, region: null }],
  ])("what has an event that %s was told of", (_, target) => {
    const hearing = hearingSince(at(-1));
    hearing.tells(about(target), at(17));
    expect(judged([SUSPECT], hearing, over)).toEqual({ waiting: [], unheard: [] });
  });
  test("an event about another resource, or from long before, tells nothing of it", () => {
    const hearing = hearingSince(at(-60));
    hearing.tells(about({ ...GROUP, arn: `${GROUP.arn}2` }), at(17));
    hearing.tells(about(GROUP), at(-16));
    expect(judged([SUSPECT], hearing, over).unheard).toEqual([SUSPECT]);
  });
  test("nothing is said where the listening had a gap", () => {
    const hearing = hearingSince(at(-1));
    hearing.breaksOff();
    expect(judged([SUSPECT], hearing, over)).toEqual({ waiting: [], unheard: [] });
    hearing.begins(at(5));
    expect(judged([SUSPECT], hearing, over)).toEqual({ waiting: [], unheard: [] });
  });
});

describe("what is known of changes that no event told of", () => {
  const known: Unheard = { ...PLACE, changes: 2, latest: at(0) };
  test("grows by kind and region", () =>
    expect(unheardAfter([known], [SUSPECT], hearingSince(at(-1)), at(30))).toEqual([{ ...PLACE, changes: 3, latest: SUSPECT.foundAt }]));
  test("ends with an event of that kind from that region, and with no other", () => {
    const hearing = hearingSince(at(-1));
    const other = { ...GROUP, region: "us-east-1" };
    hearing.tells(about(other), at(5));
    expect(unheardAfter([known], [], hearing, at(30))).toEqual([known]);
    hearing.tells(about(GROUP), at(5));
    expect(unheardAfter([known], [], hearing, at(30))).toEqual([]);
  });
  test("ends after a week", () => {
    expect(unheardAfter([known], [], hearingSince(null), at(7 * 24 * 60 - 1))).toEqual([known]);
    expect(unheardAfter([known], [], hearingSince(null), at(7 * 24 * 60))).toEqual([]);
  });
});

test("events are expected of the checks whose facets all have events or never change", async () => {
  const { checks } = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
  const told: ReadonlySet<string> = toldBy(heardBy(checks));
  expect(
    [SSH, "s3/bucket-policy-public", "encryption/sqs-queue-unencrypted", "iam/role-trusts-anyone"].filter((id) => !told.has(id)),
  ).toEqual([]);
  // Data events, another account's events, reports, a trail that is asked, and what is not read after an event.
  const not = [
    "s3/object-acl-public",
    "iam/role-cross-account-no-external-id",
    "iam/access-key-too-old",
    "iam/root-recently-used",
    "security-group/unused",
  ];
  expect(not.filter((id) => told.has(id))).toEqual([]);
});

describe("accounts that are swept at the same time", () => {
  const OTHER = "222233334444";
  const of = (accountId: string): ResourceRef => ({ ...GROUP, accountId, arn: GROUP.arn.replace(ACCOUNT, accountId) });
  const sweepIn = (accountId: string, minutes: number): SweepRecord =>
    sweepAt(minutes, {
      accounts: [{ accountId, regions: ["eu-west-1"], baseline: false }],
      coverage: [{ ...PLACE, accountId, state: "complete", listedAt: at(minutes), seen: 1 }],
    });
  const first = { first: at(-60), baseline: false };
  const known = new Map([ACCOUNT, OTHER].map((accountId) => [resourceKey(of(accountId)), first]));
  const nothing = new Set<string>();

  test("each wait for their own events, and say of themselves alone what none told of", async () => {
    const { checks } = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
    const silence = new Silence(hearingSince(at(-1)), heardBy(checks));
    const sweep = (accountId: string, minutes: number, changes: readonly Changed[]): SweepRecord =>
      silence.after(sweepIn(accountId, minutes), { sweeps: [sweepIn(accountId, minutes - 15)], seen: known }, changes, nothing);
    const both = [ACCOUNT, OTHER].map((accountId) => sweep(accountId, 15, [opened(findingAt(15.5, { ref: of(accountId) }))]));
    for (const record of both) silence.committed(record);
    const later = [ACCOUNT, OTHER].map((accountId) => sweep(accountId, 30, []));
    expect(later.map(({ unheard }) => unheard?.map(({ accountId, changes }) => [accountId, changes]))).toEqual([
      [[ACCOUNT, 1]],
      [[OTHER, 1]],
    ]);
    const [one, other] = later;
    expect(one && other && asOne([one, other]).unheard?.map(({ accountId }) => accountId)).toEqual([ACCOUNT, OTHER]);
  });
});
