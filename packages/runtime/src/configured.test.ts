import { emptyState, type SweepRecord, viewOf } from "@posture/core";
import { describe, expect, it } from "vitest";
import { configuredEvents, type Settings, settingsOf } from "./configured.ts";
import { loadChecks } from "./checks.ts";

const AT = "2026-01-02T00:00:00.000Z";
const ACCOUNT = "111122223333";
const { checks } = await loadChecks({ folder: import.meta.dirname });
const set = new Map(checks.map((it) => [it.check.id, it] as const));
const [first] = [...set.values()];
if (!first) throw new Error("there is no check");

function told(before: Settings | undefined, after: Settings): readonly string[] {
  const sweep: SweepRecord = {
    id: "s",
    begunAt: AT,
    finishedAt: AT,
    accounts: [{ accountId: ACCOUNT, regions: [], baseline: true }],
    coverage: [],
    undecided: [],
    unread: [],
    calls: 0,
    ...(before && { settings: before }),
  };
  const view = { ...viewOf(emptyState(), {}), sweeps: [sweep] };
  return configuredEvents(view, ACCOUNT, after, AT).map(({ subject, note }) => `${subject}: ${note}`);
}

describe("the configuration of a sweep", () => {
  const now = settingsOf(set);
  it("names every check, with its severity", () => {
    expect(Object.keys(now)).toHaveLength(set.size);
    expect(now["s3/bucket-acl-public"]).toMatch(/^critical [0-9a-f]{8}$/);
  });
  it("is the same for the same configuration", () => expect(told(now, settingsOf(set))).toEqual([]));
  it("is told of when a check is switched off, or on again", () => {
    const { [first.check.id]: _, ...less } = now;
    expect(told(now, less)).toEqual([`${first.check.id}: switched off`]);
    expect(told(less, now)).toEqual([`${first.check.id}: switched on`]);
  });
  it("is told of when a severity, parameters or overrides change", () => {
    const other = (change: Partial<typeof first>): Settings => settingsOf(new Map(set).set(first.check.id, { ...first, ...change }));
    const severity = first.severity === "low" ? "high" : "low";
    expect(told(now, other({ severity }))).toEqual([`${first.check.id}: severity changed from ${first.severity} to ${severity}`]);
    expect(told(now, other({ params: { days: 1 } }))).toEqual([`${first.check.id}: parameters or overrides changed`]);
    const variant = { place: "overrides[0]", when: { accounts: [ACCOUNT] }, change: { enabled: false } };
    expect(told(now, other({ variants: [variant] }))).toEqual([`${first.check.id}: parameters or overrides changed`]);
  });
  it("is no news in the first sweep of an account, or after one that did not keep it", () => {
    expect(told(undefined, now)).toEqual([]);
    expect(configuredEvents(viewOf(emptyState(), {}), ACCOUNT, now, AT)).toEqual([]);
  });
});
