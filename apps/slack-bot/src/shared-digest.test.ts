import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterEach, beforeEach, expect, test } from "vitest";
import { postCriticals } from "./deeds.ts";
import type { Desk } from "./desk.ts";
import { ACCOUNT, listed, refOf } from "./finding.test.fixture.ts";
import { deskWith, NOW } from "./home/desk.test.fixture.ts";
import { render } from "./models.ts";
import { digestRow, outboxOf, type Row, rowOf } from "./outbox/rows.ts";

/* A digest of the first sweeps of several accounts. */

const OTHER = "222233334444";
const of = (accountId: string, name: string): ReturnType<typeof listed> => listed("open", { ref: { ...refOf(name), accountId } });
const all = [of(ACCOUNT, "one"), of(OTHER, "two"), of(OTHER, "three"), of("333344445555", "elsewhere")];
const digest = digestRow({ sweepId: "sweep-1", accountId: ACCOUNT, first: true, since: NOW }, NOW);

let folder: string;
let slack: LocalSlack;
let desk: Desk;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-digest-"));
  slack = await startSlack({});
  desk = await deskWith({ slack, folder, findings: all.map(({ finding }) => finding) });
  const body = { ...digest.body, more: [OTHER], ts: "1.1", channel: slack.channelId };
  const value = outboxOf({ ...digest, state: "sent", dueAt: null, body });
  await desk.store.transact({}, () => ({ at: NOW, events: [], writes: [{ kind: "outbox", value }], result: undefined }));
});
afterEach(async () => {
  await desk.posture.close();
  await slack.close();
  rmSync(folder, { recursive: true });
});

const rows = (): Promise<readonly Row[]> => desk.store.read({ outbox: {} }, ({ outbox }) => outbox.flatMap((row) => rowOf(row) ?? []));

test("says what is open in all of them, and in no other, and which account each critical is of", async () => {
  const [row] = await rows();
  const message = row && (await render(desk, row));
  expect(message?.text).toMatch(/^First sweep of 2 accounts: 3 open findings\./);
  const said = JSON.stringify(message?.blocks);
  expect([said.includes(`Accounts ${ACCOUNT}, ${OTHER}.`), said.includes(` (${OTHER}, eu-west-1)`)]).toEqual([true, true]);
  expect(said).not.toContain("333344445555");
});

test("posts the criticals of all of them, and of no other", async () => {
  await postCriticals(desk, "sweep-1", ACCOUNT, "U0ANA", { ts: "1.1", channel: slack.channelId });
  const posted = (await rows()).filter(({ body }) => body.type === "finding").map(({ subject }) => subject);
  expect(posted.toSorted()).toEqual(
    all
      .slice(0, 3)
      .map(({ finding }) => finding.fingerprint)
      .toSorted(),
  );
});
