import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, type AuditEvent, DAY, memoryStore, plus, type Suppression } from "@posture/core";
import { USUAL } from "@posture/config";
import { createPosture } from "@posture/runtime";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AT_ONCE } from "./apart.ts";
import { extend, onDecision } from "./approving.ts";
import { ACTION, encodeExtend, FIELD } from "./codec.ts";
import type { Desk } from "./desk.ts";
import { listed } from "./finding.test.fixture.ts";
import { People } from "./people.ts";
import { Pictures } from "./pictures.ts";
import { slackPort } from "./slack/port.ts";

/* What a click means that comes twice, or late. */

let folder: string;
let desk: Desk;
let at = Date.parse("2026-03-01T10:00:00.000Z");
const now = (): string => new Date(at).toISOString();
const person = (id: string): Actor => ({ kind: "user", id, via: "slack" });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-approving-"));
  const configFile = join(folder, "posture.config.mjs");
  writeFileSync(configFile, `export default { suppressions: { approval: { critical: true }, approvers: ["U0ANA", "U0BEN"] } };`);
  const store = memoryStore();
  const value = listed().finding;
  await store.transact({}, () => ({ at: now(), events: [], writes: [{ kind: "finding", value }], result: undefined }));
  const posture = await createPosture({ store, folder, configFile, now, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
  const slack = slackPort(new WebClient("xoxb-of-nobody"));
  const log = pino({ level: "silent" });
  const sweep: Desk["sweep"] = () => ({ joined: false, done: Promise.resolve({ kind: "stopped" }) });
  const rest = {
    channel: "C1",
    route: () => [USUAL],
    apart: AT_ONCE,
    apiUrl: undefined,
    trouble: () => null,
    sweep,
    nextSweep: () => null,
    unspoken: () => ({ installation: null, channels: new Map() }),
    now,
    log,
  };
  desk = { posture, store, slack, people: new People(slack, Date.now, log), pictures: new Pictures(slack, log, Date.now), ...rest };
});
afterEach(async () => {
  await desk.posture.close();
  rmSync(folder, { recursive: true });
});

async function asked(days = 10): Promise<Suppression> {
  const { fingerprint } = listed().finding;
  const wish = { fingerprint, justification: "Reviewed with the web team.", by: person("U0ANA"), expiresAt: plus(now(), days * DAY) };
  const answer = await desk.posture.suppress(wish);
  if (answer.kind === "refused") throw new Error(answer.why);
  return answer.suppression;
}
async function clicked(user: string, action: string, { id, expiresAt }: Suppression, seen = expiresAt): Promise<string | null> {
  const one = { type: "button", action_id: action, action_ts: "1" };
  const intake = { type: "block_actions" as const, user: { id: user }, trigger_id: "t", actions: [one] };
  return JSON.stringify(await onDecision(desk, intake, action, { suppressionId: id, expiresAt: seen }));
}
function chosen(user: string, { id }: Suppression, days: number): ReturnType<typeof extend> {
  const values = { [FIELD.expiry]: { [FIELD.input]: { type: "static_select", selected_option: { value: String(days) } } } };
  const view = { id: "V1", callback_id: "m", private_metadata: encodeExtend({ suppressionId: id }), state: { values } };
  return extend(desk, { type: "view_submission", user: { id: user }, trigger_id: "t", view });
}
const present = (): Promise<Suppression | undefined> => desk.store.read({}, ({ suppressions }) => suppressions[0]);
async function events(): Promise<AuditEvent[]> {
  const all: AuditEvent[] = [];
  for await (const record of desk.store.records()) all.push(...record.events);
  return all;
}

test("nobody approves a later expiry that they have not seen", async () => {
  const suppression = await asked();
  await clicked("U0BEN", ACTION.approve, suppression);
  at += DAY;
  await chosen("U0ANA", suppression, 20);
  const waiting = await present();
  expect(await clicked("U0BEN", ACTION.approve, suppression)).toContain("Something else waits by now.");
  expect(await present()).toEqual(waiting);
  expect((await events()).at(-1)).toMatchObject({ type: "refused", subject: suppression.id, actor: { id: "U0BEN" } });
  expect(await clicked("U0BEN", ACTION.approve, suppression, waiting?.asked?.expiresAt)).toBe("null");
  expect(await present()).toMatchObject({ expiresAt: plus(now(), 20 * DAY) });
});

test("an approval that is taken up again after a crash is done once, and nobody is told that it failed", async () => {
  const suppression = await asked();
  expect(await clicked("U0BEN", ACTION.approve, suppression)).toBe("null");
  const before = (await events()).length;
  expect(await clicked("U0BEN", ACTION.approve, suppression)).toBe("null");
  expect(await events()).toHaveLength(before);
});

test("a window that is taken up again after a crash has been answered", async () => {
  const suppression = await asked();
  await clicked("U0BEN", ACTION.approve, suppression);
  at += DAY;
  expect(JSON.stringify(await chosen("U0ANA", suppression, 20))).toContain("waits for another person");
  const waiting = await present();
  expect(await chosen("U0ANA", suppression, 20)).toBeNull();
  expect(JSON.stringify(await chosen("U0BEN", suppression, 25))).toContain("another person has to decide first");
  expect(await present()).toEqual(waiting);
});

test("who is not among the approvers is told who is, and that is kept", async () => {
  const suppression = await asked();
  const answer = await clicked("U0CAT", ACTION.approve, suppression);
  expect(answer).toContain('"user_id":"U0BEN"');
  expect(answer).not.toContain("U0ANA");
  expect((await events()).at(-1)).toMatchObject({ type: "suppression-refused", note: "not-an-approver", actor: { id: "U0CAT" } });
  expect(await present()).toMatchObject({ approval: "waiting" });
});

test("what was withdrawn in the meantime is not approved by a late click", async () => {
  const suppression = await asked();
  await clicked("U0ANA", ACTION.withdraw, suppression);
  expect(await clicked("U0BEN", ACTION.approve, suppression)).toContain("This suppression has ended in the meantime.");
  expect(await present()).toBeUndefined();
});

test("a window cannot ask for more than the configuration allows, whatever it sends", async () => {
  const suppression = await asked();
  await clicked("U0BEN", ACTION.approve, suppression);
  expect(JSON.stringify(await chosen("U0ANA", suppression, 31))).toContain("It cannot last so long");
  expect(await present()).toMatchObject({ expiresAt: suppression.expiresAt });
});
