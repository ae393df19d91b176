import { DAY, HOUR, plus } from "@posture/core";
import type { Config } from "@posture/config";
import { describe, expect, test, vi } from "vitest";
import { ACCOUNT, suppressionOf } from "../finding.test.fixture.ts";
import { Office } from "./digests.test.fixture.ts";
import { digestSoFar } from "./render.ts";
import { round } from "./round.ts";

vi.setConfig({ testTimeout: 40_000 });
const office = Office.forEachTest();
const digests = (): ReturnType<Office["posts"]> => office.posts().filter(({ text }) => text.startsWith("Daily digest"));
async function arrive(count: number): Promise<ReturnType<Office["posts"]>> {
  return vi.waitFor(
    () => {
      if (digests().length < count) throw new Error(`${digests().length} of ${count} digests are there`);
      return digests();
    },
    { timeout: 20_000, interval: 20 },
  );
}

describe("the daily digest", () => {
  test("comes once when its hour has come: what is new, reopened and resolved, what is open, and where the log ended", async () => {
    const { tick } = await office.bot({ draws: true });
    const [a, b, c] = [office.bucket("a"), office.bucket("b", { severity: "high" }), office.bucket("c", { severity: "low" })];
    await office.happened("opened", [a, b, c]);
    await office.swept();
    await office.happened("resolved", [office.fixed(c)]);
    await tick();
    expect(digests()).toEqual([]);
    office.clock("2027-01-04T09:00:00.000Z");
    await tick();
    await tick();
    const [first] = await arrive(1);
    expect(first?.text).toBe("Daily digest: 2 open findings. 3 new, 0 reopened, 1 resolved.");
    expect(first?.shown).toContain("Bucket a grants READ to everyone.");
    const anchor = /(\d+):([0-9a-f]{64})/.exec(first?.shown ?? "");
    const hashes = new Map<number, string>();
    for await (const { seq, hash } of office.store.records()) hashes.set(seq, hash);
    expect(hashes.get(Number(anchor?.[1]))).toBe(anchor?.[2]);
    office.clock("2027-01-05T09:00:00.000Z");
    await office.happened("reopened", [{ ...c, reopened: 1 }]);
    await tick();
    await tick();
    const [, second, ...more] = await arrive(2);
    expect(more).toEqual([]);
    expect(second?.text).toBe("Daily digest: 3 open findings. 0 new, 1 reopened, 0 resolved.");
    expect(second?.shown).toContain("*Low*\\n1  (+1)");
    expect(second?.blocks).toContainEqual(expect.objectContaining({ type: "image", slack_file: { id: expect.any(String) } }));
  });

  test("is the same whoever restarts, also between the hour and the post, and two bots on one store post one", async () => {
    const first = await office.bot();
    await office.happened("opened", [office.bucket("a")]);
    office.clock("2027-01-04T09:00:00.000Z");
    const second = await office.bot({ sends: false });
    await Promise.all([first.tick(), second.tick(), first.tick()]);
    await arrive(1);
    await first.stop();
    const third = await office.bot();
    await third.tick();
    office.clock("2027-01-04T23:59:00.000Z");
    await third.tick();
    const rows = await office.store.read({ outbox: {} }, ({ outbox }) => outbox.filter(({ subject }) => subject === "daily"));
    expect(rows.map(({ key }) => key)).toEqual(["daily:2027-01-04"]);
    expect(digests()).toHaveLength(1);
  });

  test("comes late on its day where the bot was not running at the hour, and what a day without one brought is in the next", async () => {
    const { tick } = await office.bot();
    await office.happened("opened", [office.bucket("a")]);
    office.clock("2027-01-04T17:30:00.000Z");
    await tick();
    await arrive(1);
    office.clock("2027-01-05T12:00:00.000Z");
    await office.happened("opened", [office.bucket("b")]); // and nobody looks at the clock until Thursday
    office.clock("2027-01-07T10:00:00.000Z");
    await office.happened("opened", [office.bucket("c")]);
    await tick();
    const [, second] = await arrive(2);
    expect(second?.text).toContain("2 new, 0 reopened, 0 resolved");
    expect(second?.shown).toContain("Bucket b grants");
    const keys = await office.store.read({ outbox: { subjects: ["daily"] } }, ({ outbox }) => outbox.map(({ key }) => key));
    expect(keys).toEqual(["daily:2027-01-04", "daily:2027-01-07"]);
  });

  test("has no hour that lies before the first record: a bot that was just installed begins with the next", async () => {
    const { tick } = await office.bot();
    office.clock("2027-01-04T15:00:00.000Z");
    await office.happened("opened", [office.bucket("a")]);
    await tick();
    expect(await office.store.read({ outbox: {} }, ({ outbox }) => outbox)).toEqual([]);
    office.clock("2027-01-05T09:00:00.000Z");
    await tick();
    expect((await arrive(1))[0]?.text).toContain("1 new");
  });

  test("says in short that nothing has changed, or nothing at all if so configured, and then counts on", async () => {
    for (const whenNothingChanged of ["short", "silent"] as const) {
      const { tick, stop } = await office.bot({ slack: { digests: { daily: { whenNothingChanged } } } });
      const day = whenNothingChanged === "short" ? 4 : 11;
      office.clock(`2027-01-${String(day).padStart(2, "0")}T06:00:00.000Z`);
      const before = digests().length;
      await office.happened("opened", [office.bucket(`a-${whenNothingChanged}`, { severity: "low" })]);
      for (const [i, name] of ["first", "same", "more"].entries()) {
        office.clock(`2027-01-${String(day + i).padStart(2, "0")}T09:00:00.000Z`);
        if (name === "more") await office.happened("opened", [office.bucket(`b-${whenNothingChanged}`, { severity: "low" })]);
        await tick();
        const expected = before + (whenNothingChanged === "silent" && i > 0 ? i : i + 1);
        await arrive(expected);
        expect(digests()).toHaveLength(expected);
      }
      const texts = digests()
        .slice(before)
        .map((it) => [it.text.replace(/^.*?\. /, ""), it.shown.includes("Nothing has changed since")]);
      const nothing = whenNothingChanged === "short" ? [["0 new, 0 reopened, 0 resolved.", true]] : [];
      expect(texts).toEqual([["1 new, 0 reopened, 0 resolved.", false], ...nothing, ["1 new, 0 reopened, 0 resolved.", false]]);
      await stop();
    }
  });

  test("never says that all is well where not all was read", async () => {
    const { tick } = await office.bot();
    const gap = { reason: "denied", missing: ["s3:ListAllMyBuckets"], detail: "" } as const;
    await office.swept([
      { accountId: ACCOUNT, region: "eu-west-1", type: "AWS::S3::Bucket", state: "incomplete", listedAt: office.now(), gap },
    ]);
    office.clock("2027-01-04T09:00:00.000Z");
    await tick();
    const [first] = await arrive(1);
    expect(first?.text).toContain("nothing open that could be read");
    expect(first?.shown).toContain("missing s3:ListAllMyBuckets");
  });

  test("tells each channel what is told there, at its own hour, and its own trend", async () => {
    const { channel } = await office.web().conversations.create({ name: "infra" });
    const config: Config["slack"] = {
      routes: [{ when: { severities: ["high"] }, channel: "#infra" }],
      digests: { daily: { timeZone: "Europe/Berlin", channels: { "#infra": { at: "08:30" } } } },
    };
    const { tick, desk } = await office.bot({ slack: config });
    await office.happened("opened", [office.bucket("mine"), office.bucket("theirs", { severity: "high" })]);
    office.clock("2027-01-04T07:30:00.000Z");
    await tick();
    const [infra] = await arrive(1);
    expect(infra?.shown).toContain("Bucket theirs grants");
    expect(infra?.shown).not.toContain("Bucket mine grants");
    office.clock("2027-01-04T08:00:00.000Z");
    await tick();
    const [, own] = await arrive(2);
    expect(own?.shown).toContain("Bucket mine grants");
    expect(own?.shown).not.toContain("Bucket theirs grants");
    expect(digests().map(({ to }) => to)).toEqual([channel?.id, office.slack.channelId]);
    const soFar = await digestSoFar(desk, "#infra");
    expect(soFar.text).toBe("Digest so far: 1 open finding. 0 new, 0 reopened, 0 resolved.");
  });

  test("names what waits for approval and what ends soon", async () => {
    const { tick } = await office.bot();
    const [a, b] = [office.bucket("a"), office.bucket("b")];
    await office.happened("opened", [a, b]);
    const waiting = suppressionOf(a, {
      id: "s-1",
      from: office.now(),
      expiresAt: plus(office.now(), 20 * DAY),
      approval: "waiting",
      by: { kind: "user", id: office.ana, via: "slack" },
    });
    const ending = suppressionOf(b, { id: "s-2", from: office.now(), expiresAt: plus(office.now(), 6 * HOUR) });
    const writes = [waiting, ending].map((value) => ({ kind: "suppression" as const, value }));
    await office.store.transact({}, () => ({ at: office.now(), events: [], writes, result: undefined }));
    office.clock("2027-01-04T09:00:00.000Z");
    await tick();
    const [first] = await arrive(1);
    expect(first?.shown).toContain("Waits for approval (1)");
    expect(first?.shown).toContain("Suppressions that end soon (1)");
    expect(first?.shown).toContain(office.ana);
  });

  test("that Slack took nothing of is overtaken by the next, which tells what it would have", async () => {
    const first = await office.bot();
    await office.happened("opened", [office.bucket("a")]);
    await first.stop();
    office.clock("2027-01-04T09:00:00.000Z");
    await round(first.desk, [office.slack.channel]); // written down, and the bot ends before it is sent
    office.clock("2027-01-05T09:00:00.000Z");
    await office.happened("opened", [office.bucket("b")]);
    await round(first.desk, [office.slack.channel]);
    await office.bot();
    expect((await arrive(1))[0]?.text).toContain("2 new, 0 reopened, 0 resolved");
    const states = (): Promise<readonly (readonly string[])[]> =>
      office.store.read({ outbox: { subjects: ["daily"] } }, ({ outbox }) => outbox.map(({ key, state }) => [key, state]));
    // Slack shows it a moment before the bot knows that it does.
    await expect.poll(states, { timeout: 10_000, interval: 10 }).toEqual([
      ["daily:2027-01-04", "dead"],
      ["daily:2027-01-05", "sent"],
    ]);
  });
});
