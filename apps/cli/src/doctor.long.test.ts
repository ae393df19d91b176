import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { startSlack } from "@posture/sandbox/slack";
import { openStore } from "@posture/runtime";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, type Ended, KEYS } from "./process.test.fixture.ts";

/* `posture doctor` against the simulated AWS and the local Slack, each time a process of its own. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let slack: Awaited<ReturnType<typeof startSlack>>;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-doctor-"));
  [aws, slack] = await Promise.all([startAws({}), startSlack({})]);
  posture = commandLine(folder);
  await posture.run(["scan", "--quiet"], withAws());
});
afterEach(() => aws.clearFaults());
afterAll(async () => {
  await Promise.all([aws.close(), slack.close()]);
  await rm(folder, { recursive: true });
});

const told = z.object({
  points: z.array(z.object({ name: z.string(), state: z.string(), says: z.string(), next: z.string().nullable() })),
  settings: z.array(z.object({ name: z.string(), value: z.string(), origin: z.string() })),
});
interface Told extends Ended {
  readonly point: (name: string) => z.infer<typeof told>["points"][number] | undefined;
  readonly setting: (name: string) => z.infer<typeof told>["settings"][number] | undefined;
}

async function doctor(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Told> {
  const ended = await posture.run(["doctor", "--format", "json", ...words], env);
  const { points, settings } = told.parse(JSON.parse(ended.out));
  return { ...ended, point: (name) => points.find((it) => it.name === name), setting: (name) => settings.find((it) => it.name === name) };
}

const withAws = (): Record<string, string> => ({ ...KEYS, AWS_ENDPOINT_URL: aws.url });
const withSlack = (): Record<string, string> => ({
  SLACK_API_URL: slack.apiUrl,
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_CHANNEL: slack.channel,
});
const SIGNING_SECRET = "abcdef0123456789";
const QUICK = "--no-permissions";

describe("where all is well", () => {
  it("every line is good, it is 0, and no secret is told", async () => {
    const env = { ...withAws(), ...withSlack(), AWS_SESSION_TOKEN: "of-the-session" };
    aws.clearCalls();
    const { code, out, said } = await posture.run(["doctor"], env);
    expect(aws.calls().filter(({ operation }) => !/^(Get|List|Describe|Lookup|GenerateCredentialReport)/.test(operation))).toEqual([]);
    expect([code, said]).toEqual([0, ""]);
    expect(out).toMatch(
      /^✓ Node\.js +\d+\.\d+\.\d+\n✓ Configuration +no file.*\n– Routes +none, so every finding goes to one channel of Slack\n✓ Credentials +account 111122223333, as arn:aws:iam::/,
    );
    expect(out).toMatch(
      /\n✓ Clock +agrees with AWS's\n– Accounts +none besides that of the credentials\n✓ Permissions +\d+ actions granted in us-east-1/,
    );
    expect(out).toMatch(/\n✓ Store +\S+\.posture: version 1, .*; last sweep just now; anchor at record 1; held by nobody\n/);
    expect(out).toMatch(/\n✓ Slack +posture in Example, posting in #security/);
    expect(out).toMatch(/\n {2}AWS_SECRET_ACCESS_KEY +environment +set\n/);
    expect(out).toContain("\nAll is well.\n");
    const json = (await posture.run(["doctor", "--format", "json", QUICK], env)).out;
    for (const secret of [`"${KEYS["AWS_SECRET_ACCESS_KEY"]}"`, "of-the-session", slack.botToken, SIGNING_SECRET])
      expect([out.includes(secret), json.includes(secret)]).toEqual([false, false]);
  });
  it("without Slack's settings the bot's line says that they are optional, and it is 0 all the same", async () => {
    const { code, point } = await doctor([QUICK], withAws());
    expect([code, point("Slack")?.state]).toEqual([0, "not-examined"]);
    expect(point("Slack")?.says).toContain("only the bot needs it");
    expect(point("Permissions")).toMatchObject({ state: "not-examined", next: expect.stringContaining("posture permissions --check") });
  });
  it("nothing is written: where there was no store there is none afterwards", async () => {
    const place = join(folder, "never");
    const { point } = await doctor([QUICK, "--store", place], withAws());
    expect(point("Store")).toMatchObject({ state: "good", says: `${place} is made by the first sweep` });
    expect(existsSync(place)).toBe(false);
  });
});

describe("what is wrong is one line with the next step, it is 2, and the rest is looked at all the same:", () => {
  it("no credentials", async () => {
    const { code, point } = await doctor([], { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "us-east-1" });
    expect(code).toBe(2);
    expect(point("Credentials")).toMatchObject({ state: "wrong", next: expect.stringContaining("AWS_PROFILE") });
    expect([point("Clock")?.state, point("Permissions")?.state, point("Store")?.state]).toEqual(["not-examined", "not-examined", "good"]);
  });
  it("a region that is none", async () => {
    const { code, point } = await doctor([QUICK], { ...withAws(), AWS_REGION: "eu west 1" });
    expect([code, point("Credentials")]).toEqual([
      2,
      expect.objectContaining({ state: "wrong", next: expect.stringContaining("AWS_REGION") }),
    ]);
  });
  it("a denied read", async () => {
    aws.addFault({ operation: "s3:GetBucketAcl", kind: "denied" });
    const { code, point } = await doctor([], withAws());
    expect([code, point("Permissions")?.state]).toEqual([2, "wrong"]);
    expect(point("Permissions")?.says).toMatch(/^1 of \d+ actions that were tried in us-east-1 are missing: s3:GetBucketAcl/);
  });
  it("a configuration that cannot be loaded, whose store is then not guessed", async () => {
    const file = join(folder, "broken.config.ts");
    await writeFile(file, 'export default { chekcs: { "s3/bucket-acl-public": {} } };');
    const { code, point, setting } = await doctor(["--config", file], withAws());
    expect([code, point("Configuration")]).toEqual([
      2,
      expect.objectContaining({ state: "wrong", says: expect.stringContaining("chekcs") }),
    ]);
    expect([point("Credentials")?.state, point("Permissions")?.state, point("Store")?.state]).toEqual([
      "good",
      "not-examined",
      "not-examined",
    ]);
    expect([setting("configuration"), setting("store")]).toEqual([{ name: "configuration", value: file, origin: "flag" }, undefined]);
  });
  it("a store of something else", async () => {
    const place = join(folder, "foreign");
    await mkdir(place);
    await writeFile(join(place, "log.jsonl"), '{"not":"ours"}\n');
    const { code, point } = await doctor([QUICK, "--store", place], withAws());
    expect([code, point("Store")]).toEqual([2, expect.objectContaining({ says: expect.stringContaining("was not written by Posture") })]);
  });
  it("a clock that AWS would refuse, told by AWS's answer alone", async () => {
    const body = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/reader</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const url = await answering(() => ({
      body,
      headers: { date: new Date(Date.now() - 3_600_000).toUTCString(), "content-type": "text/xml" },
    }));
    const { code, point } = await doctor([QUICK], { ...KEYS, AWS_ENDPOINT_URL: url });
    expect([code, point("Clock")]).toEqual([
      2,
      expect.objectContaining({ state: "wrong", says: expect.stringMatching(/^60 min ahead of AWS's/) }),
    ]);
  });
});

it("names the process that holds the store, and each setting by who said it", async () => {
  const place = join(folder, "held");
  await writeFile(join(folder, "posture.config.ts"), `export default { store: ${JSON.stringify(place)}, regions: ["eu-west-1"] };`);
  const store = await openStore(place, { now: () => new Date().toISOString() });
  try {
    const { code, point, setting } = await doctor([], withAws());
    expect([code, point("Store")?.says]).toEqual([0, expect.stringContaining(`held by process ${process.pid} (`)]);
    expect(point("Permissions")?.says).toContain("granted in eu-west-1");
    expect([setting("store"), setting("regions"), setting("AWS_REGION")]).toEqual([
      { name: "store", value: place, origin: "file" },
      { name: "regions", value: "eu-west-1", origin: "file" },
      { name: "AWS_REGION", value: "us-east-1", origin: "environment" },
    ]);
    expect((await doctor([QUICK], { ...withAws(), POSTURE_STORE: "memory" })).setting("store")).toMatchObject({ origin: "environment" });
    expect((await doctor([QUICK, "--store", "memory"], withAws())).setting("store")).toMatchObject({ value: "memory", origin: "flag" });
  } finally {
    await store.close();
    await rm(join(folder, "posture.config.ts"));
  }
});

it("used wrongly, it is 1", async () => {
  const { code, said } = await posture.run(["doctor", "--format", "yaml"]);
  expect([code, said]).toEqual([1, expect.stringContaining("posture doctor --help")]);
});

/** A server that answers every request as told, until the test ends. */
async function answering(
  answer: (path: string) => { readonly body: string; readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const server = createServer((request, response) => {
    const { body, headers } = answer(request.url ?? "");
    response.writeHead(200, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

describe("the queue of changes", () => {
  const QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/posture-events";
  const withQueue = (queue: string): Record<string, string> => ({ ...withAws(), POSTURE_EVENT_QUEUE: queue });

  it("that answers says how it stands, and nothing is taken from it", async () => {
    aws.tellChanges({ queue: "posture-events", region: "us-east-1" });
    aws.clearCalls();
    const { point } = await doctor([QUICK], withQueue(QUEUE));
    expect(point("Events")?.says).toContain(`${QUEUE} in us-east-1 answers: `);
    expect(aws.calls().map(({ operation }) => operation)).not.toContain("ReceiveMessage");
  });
  it("that is not there, and one that is no URL, are wrong, and it says what to do", async () => {
    const [missing, malformed] = await Promise.all([doctor([QUICK], withQueue(`${QUEUE}-no-more`)), doctor([QUICK], withQueue("mine"))]);
    expect([missing.code, missing.point("Events")]).toMatchObject([
      2,
      { state: "wrong", says: expect.stringContaining("There is no queue") },
    ]);
    expect([malformed.code, malformed.point("Events")]).toMatchObject([
      2,
      {
        state: "wrong",
        says: expect.stringMatching(/POSTURE_EVENT_QUEUE: "mine" is none: the URL of a queue is https:\/\/sqs/),
        next: expect.stringContaining("QueueUrl"),
      },
    ]);
  });
  it("that there is none of is no fault, and it says how to turn it on", async () => {
    const { code, point } = await doctor([QUICK], withAws());
    expect([code, point("Events")]).toMatchObject([0, { state: "not-examined", next: expect.stringContaining("posture events template") }]);
  });
});
