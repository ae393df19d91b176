import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { type SimulatedAws, startAws, type World, worldSchema } from "@posture/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createPosture } from "../create.ts";
import type { Posture } from "../posture.ts";

/* Changes in other accounts, as the queue tells of them: what is read, where, and by which role. */

const [OWN, SHOP, STRANGER] = ["111122223333", "222233334444", "444455556666"];
const QUEUE = { queue: "posture-events", region: "us-east-1" };
const SSH = "security-group/ssh-open-to-internet";
const ROOT = "iam/root-recently-used";
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const soon = { timeout: 10_000, interval: 10 };
const GROUPS = Array.from({ length: 30 }, (_, i) => `sg-000000${(i + 16).toString(16)}`);
const shut = (Region: string): object[] => GROUPS.map((GroupId) => ({ Region, GroupId, GroupName: GroupId }));
const WORLD: World = worldSchema.parse({
  accounts: [
    { id: OWN, accessKeyIds: [`AKIA${OWN}`], regions: ["us-east-1"], securityGroups: shut("us-east-1") },
    { id: SHOP, accessKeyIds: [`AKIA${SHOP}`], regions: ["eu-central-1", "us-east-1"], securityGroups: shut("eu-central-1") },
    { id: STRANGER, accessKeyIds: [`AKIA${STRANGER}`], regions: ["us-east-1"], securityGroups: shut("us-east-1") },
  ],
});

let aws: SimulatedAws;
let folder: string;
let store = memoryStore();
let posture: Posture;
let ending: AbortController;
let listening: Promise<void>;
let said: string[];

beforeAll(async () => {
  aws = await startAws({ world: WORLD });
  folder = await mkdtemp(join(tmpdir(), "posture-members-"));
  const accounts = [{ role: `arn:aws:iam::${SHOP}:role/posture-read` }];
  await writeFile(join(folder, "posture.config.mjs"), `export default ${JSON.stringify({ accounts })};`);
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: `AKIA${OWN}`,
    AWS_SECRET_ACCESS_KEY: "any",
  }))
    vi.stubEnv(name, value);
});
let number = 0;
let queue = "";
beforeEach(() => {
  aws.setWorld(WORLD);
  aws.clearCalls();
  queue = `${QUEUE.queue}-${(number += 1)}`;
  aws.tellChanges({ ...QUEUE, queue });
  store = memoryStore();
});
afterEach(async () => {
  ending.abort();
  await listening;
  await posture.close();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  await rm(folder, { recursive: true });
});

/** `where`: the folder of the configuration; another one watches our own account alone. */
async function listen(where = folder): Promise<void> {
  const eventQueue = `https://sqs.us-east-1.amazonaws.com/${OWN}/${queue}`;
  const eventPauses = { merge: 100, second: 300, again: 100 };
  posture = await createPosture({ store, folder: where, aws: {}, eventQueue, eventPauses });
  ending = new AbortController();
  said = [];
  listening = posture.listen(ending.signal, (line) => said.push(line));
}
const setRules = (id: string, IpPermissions: readonly object[], groups = GROUPS.slice(0, 1), by?: string): void =>
  aws.patchWorld({ accounts: [{ id, securityGroups: groups.map((GroupId) => ({ GroupId, IpPermissions })) }] }, by);
const emptied = (): Promise<void> => vi.waitFor(() => expect(aws.told()).toEqual({ waiting: 0, hidden: 0 }), soon);
const open = async (check: string): Promise<readonly string[]> =>
  (await posture.list({ checks: [check], statuses: ["open"] })).map(({ finding: { ref } }) => `${ref.accountId} ${ref.region}`);
const readsIn = (id: string): number =>
  aws.calls().filter(({ operation, accountId }) => operation === "DescribeSecurityGroups" && accountId === id).length;

test("what changes in a member is read there, in its region, and in no other account", async () => {
  await listen();
  setRules(SHOP, [OPEN]);
  await vi.waitFor(async () => expect(await open(SSH)).toEqual([`${SHOP} eu-central-1`]), soon);
  setRules(SHOP, []);
  await vi.waitFor(async () => expect(await open(SSH)).toEqual([]), soon);
  await emptied();
  expect([readsIn(SHOP) > 0, readsIn(OWN)]).toEqual([true, 0]);
});

test("many changes at once in a member are read by a listing with its role", async () => {
  await listen();
  setRules(SHOP, [OPEN], GROUPS);
  await vi.waitFor(async () => expect(await open(SSH)).toHaveLength(GROUPS.length), soon);
  expect(readsIn(SHOP)).toBeLessThan(GROUPS.length);
  expect(readsIn(OWN)).toBe(0);
});

test("somebody of another account who changes something is named, and nothing of their account is read", async () => {
  await listen();
  setRules(SHOP, [OPEN], GROUPS.slice(0, 1), `arn:aws:sts::${STRANGER}:assumed-role/partner/eve`);
  await vi.waitFor(async () => expect(await open(SSH)).toEqual([`${SHOP} eu-central-1`]), soon);
  const [found] = await posture.list({ checks: [SSH] });
  expect(found?.finding.changed?.by).toBe(`arn:aws:sts::${STRANGER}:assumed-role/partner/eve`);
  expect(aws.calls().filter(({ accountId }) => accountId === STRANGER)).toEqual([]);
});

test("what the root user of a member does is found for that account", async () => {
  await listen();
  const userIdentity = { type: "Root", arn: `arn:aws:iam::${SHOP}:root`, accountId: SHOP };
  const login = { eventName: "ConsoleLogin", eventSource: "signin.amazonaws.com", responseElements: { ConsoleLogin: "Success" } };
  const detail = { ...login, eventID: "e-1", eventTime: new Date().toISOString(), userIdentity, recipientAccountId: SHOP };
  aws.tellRaw(JSON.stringify({ source: "aws.signin", account: SHOP, region: "us-east-1", detail }));
  await vi.waitFor(async () => expect(await open(ROOT)).toEqual([`${SHOP} global`]), soon);
});

test("an account that is not watched is said once, and its messages are gone", async () => {
  await listen();
  setRules(STRANGER, [OPEN]);
  setRules(STRANGER, []);
  await emptied();
  expect(said).toEqual([expect.stringContaining(`changes in account ${STRANGER}, which is not watched`)]);
  expect(posture.events().counts).toEqual({ acted: 0, ignored: 2, repeated: 0, refused: 0 });
  expect(aws.calls().filter(({ accountId }) => accountId === STRANGER)).toEqual([]);
});

test("an account that left the configuration while its messages waited is left alone", async () => {
  setRules(SHOP, [OPEN]);
  await listen(tmpdir());
  await emptied();
  expect([await open(SSH), readsIn(SHOP), posture.events().counts.ignored]).toEqual([[], 0, 1]);
});

test("accounts of which nothing came are known once something came of another", async () => {
  await listen();
  expect(posture.events().silent).toEqual([]);
  setRules(OWN, [OPEN]);
  await vi.waitFor(() => expect(posture.events().silent).toEqual([SHOP]), soon);
  setRules(SHOP, [OPEN]);
  await vi.waitFor(() => expect(posture.events().silent).toEqual([]), soon);
});
