import type { Config } from "@posture/config";
import { DAY, plus } from "@posture/core";
import { describe, expect, test, vi } from "vitest";
import { ACCOUNT } from "../finding.test.fixture.ts";
import { findingRow, outboxOf } from "../outbox/rows.ts";
import { Office } from "./digests.test.fixture.ts";

const soon = { timeout: 20_000, interval: 20 };
vi.setConfig({ testTimeout: 40_000 });
const office = Office.forEachTest();

describe("the weekly digest", () => {
  const weekly = (): ReturnType<Office["posts"]> =>
    office.posts().filter(({ text }) => /^(Your open findings|Open findings of a group): \d/.test(text));

  test("tells a person alone what is theirs, overdue first and with links, and a group in the channel; once a week", async () => {
    const config: Config["slack"] = {
      routes: [{ when: { severities: ["low"] }, channel: office.slack.channel, owner: "S0123GROUP" }],
      accounts: { [ACCOUNT]: { owner: office.ana } },
      digests: { daily: false },
    };
    const { tick } = await office.bot({ slack: config });
    const old = office.bucket("old", { severity: "high", openedAt: plus(office.now(), -10 * DAY) });
    const fresh = Array.from({ length: 22 }, (_, i) => office.bucket(`fresh-${i}`, { severity: "high" }));
    await office.happened("opened", [...fresh, old, office.bucket("small", { severity: "low" })]);
    const row = findingRow(old.fingerprint, 1, office.now());
    const real = await office.web().chat.postMessage({ channel: office.slack.channelId, text: "old" });
    const body = { ...row.body, ts: real.ts ?? "", channel: office.slack.channelId, shown: 1 };
    const posted = outboxOf({ ...row, state: "sent", dueAt: null, body });
    await office.store.transact({}, () => ({
      at: office.now(),
      events: [],
      writes: [{ kind: "outbox", value: posted }],
      result: undefined,
    }));
    office.clock("2027-01-04T09:00:00.000Z");
    await tick();
    await tick();
    const told = await vi.waitFor(() => {
      expect(weekly()).toHaveLength(2);
      return weekly();
    }, soon);
    const { channel: direct } = await office.web().conversations.open({ users: office.ana });
    const mine = told.find(({ to }) => to === direct?.id);
    expect(mine?.text).toBe("Your open findings: 23, 1 overdue.");
    expect(mine?.shown.indexOf('"old"')).toBeLessThan(mine?.shown.indexOf('"fresh-0"') ?? 0);
    expect(mine?.shown).toContain("and 3 more");
    expect(mine?.shown).toMatch(/"type":"link","url":"[^"]+","text":"message"/);
    const group = told.find(({ to }) => to === office.slack.channelId);
    expect(group?.text).toBe("Open findings of a group: 1.");
    expect(group?.shown).toContain('"usergroup_id":"S0123GROUP"');
    office.clock("2027-01-05T09:00:00.000Z");
    await tick();
    office.clock("2027-01-11T09:00:00.000Z");
    await tick();
    await vi.waitFor(() => expect(weekly()).toHaveLength(4), soon);
  });

  test("comes to nobody who has nothing", async () => {
    const { tick } = await office.bot({ slack: { accounts: { "999999999999": { owner: office.ana } }, digests: { daily: false } } });
    await office.happened("opened", [office.bucket("a")]);
    office.clock("2027-01-04T09:00:00.000Z");
    await tick();
    const rows = await office.store.read({ outbox: {} }, ({ outbox }) => outbox.map(({ key }) => key));
    expect(rows).toEqual(["weekly:2027-01-04"]);
  });
});
