import type { AuditEvent } from "@posture/core";
import { describe, expect, it } from "vitest";
import { ALL_PORTS, ann, findingOf, swept } from "./suppressing.test.fixture.ts";

describe("who sees to a finding", () => {
  it("is written down once, with who said so, and lasts through a re-check and a sweep", async () => {
    const given = await swept({});
    const { fingerprint } = await findingOf(given, ALL_PORTS, "sg-0000000a");
    expect(await given.posture.assign(fingerprint, "U0BOB", ann)).toMatchObject({ kind: "assigned", changed: true });
    expect(await given.posture.assign(fingerprint, "U0BOB", ann)).toMatchObject({ kind: "assigned", changed: false });
    await given.posture.recheck(fingerprint, ann);
    await given.posture.sweep();
    const { finding, status } = await given.posture.find(fingerprint);
    expect([finding.assignee, status]).toMatchObject([{ id: "U0BOB", by: ann }, "open"]);
    const events: AuditEvent[] = [];
    for await (const record of given.posture.store.records()) events.push(...record.events);
    const told = events.filter(({ type }) => type === "assigned");
    expect(told).toEqual([expect.objectContaining({ subject: fingerprint, actor: ann, source: "cli", after: "U0BOB" })]);
  });
  it("is what a list can be asked for, and so is nobody", async () => {
    const given = await swept({});
    const { fingerprint } = await findingOf(given, ALL_PORTS, "sg-0000000a");
    const all = (await given.posture.list()).length;
    await given.posture.assign(fingerprint, "U0BOB", ann);
    const listed = async (...assignees: string[]): Promise<string[]> =>
      (await given.posture.list({ assignees })).map(({ finding }) => finding.fingerprint);
    expect(await listed("U0BOB")).toEqual([fingerprint]);
    expect(await listed("none")).toHaveLength(all - 1);
    expect(await listed("none", "U0BOB")).toHaveLength(all);
    await given.posture.assign(fingerprint, null, ann);
    expect([await listed("U0BOB"), (await listed("none")).length]).toEqual([[], all]);
  });
  it("is asked of a finding that is there", async () => {
    const given = await swept({});
    expect(await given.posture.assign("v1-0", "U0BOB", ann)).toEqual({ kind: "refused", why: "no-such-finding" });
  });
});
