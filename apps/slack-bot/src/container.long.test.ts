import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { envOf } from "./bot.test.fixture.ts";
import { freePort, isReady, soon } from "./process.test.fixture.ts";
import { openedGroup } from "./story.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/*
 * What the last stage of deploy/Dockerfile holds, laid out in a folder and started as its container would be:
 * by its entrypoint, as a user who may write the data and the temporary folder and nothing else, with secrets in files.
 */

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** As root, it is nobody; the number is Debian's. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;
const CONFIG = `
import { defineConfig } from "@posture/config";
import s3 from "@posture/plugin-s3";
import securityGroups from "@posture/plugin-security-groups";
import stranger from "posture-plugin-stranger";

export default defineConfig({ plugins: [s3, securityGroups, stranger] satisfies unknown[] });
`;
const STRANGER = `
import { defineCheck, definePlugin } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";

export default definePlugin({
  name: "posture-plugin-stranger",
  namespace: "stranger",
  checks: [
    defineCheck({
      id: "stranger/bucket-versioning-disabled",
      title: "Bucket does not keep old versions",
      risk: "An overwritten or deleted object cannot be brought back.",
      severity: "low",
      resource: bucket,
      needs: ["versioning"],
      messages: { disabled: "Bucket {name} does not keep old versions of its objects." },
      remediation: {
        steps: ["Turn on Bucket Versioning of {name}."],
        docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
      },
      evaluate: ({ versioning }, { pass, fail }) => (versioning?.status === "Enabled" ? pass() : fail("disabled")),
    }),
  ],
});
`;

let root: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let port: number;
const running: ChildProcess[] = [];
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "posture-container-"));
  [aws, slack, port] = await Promise.all([startAws({ world: "demo" }), startSlack({}), freePort()]);
  slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
  const { status, stderr } = spawnSync(process.execPath, ["tools/bundle.mjs", join(root, "app")], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  await Promise.all(
    ["bin", "data", "tmp", "secrets", "config/node_modules/posture-plugin-stranger"].map((it) =>
      mkdir(join(root, it), { recursive: true }),
    ),
  );
  await copyFile(process.execPath, join(root, "bin/node"));
  for (const file of ["entrypoint", "healthcheck.mjs"]) await cp(join(ROOT, "deploy", file), join(root, "app", file));
  // As `/node_modules` is in the image.
  await symlink("app/node_modules", join(root, "node_modules"));
  await writeFile(join(root, "config/posture.config.ts"), CONFIG);
  await writeFile(join(root, "config/node_modules/posture-plugin-stranger/index.js"), STRANGER);
  await writeFile(join(root, "config/node_modules/posture-plugin-stranger/package.json"), '{"type": "module", "exports": "./index.js"}');
  await writeFile(join(root, "secrets/token"), `${slack.botToken}\n`);
  await writeFile(join(root, "secrets/signing-secret"), slack.signingSecret);
  spawnSync("chmod", ["-R", "a+rX,a-w", root]);
  for (const folder of ["data", "tmp"]) {
    await chmod(join(root, folder), 0o700);
    if (NOBODY !== undefined) await chown(join(root, folder), NOBODY, NOBODY);
  }
});
afterEach(async () => {
  // Of a test that failed.
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
});
afterAll(async () => {
  await slack.close();
  await aws.close();
  spawnSync("chmod", ["-R", "u+w", root]);
  await rm(root, { recursive: true });
  expectAllTaken(slack);
});

function environment(differs: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...envOf(aws),
    PATH: `${join(root, "bin")}:/usr/bin:/bin`,
    NODE_ENV: "production",
    TMPDIR: join(root, "tmp"),
    HOST: "127.0.0.1",
    PORT: String(port),
    SLACK_BOT_TOKEN_FILE: join(root, "secrets/token"),
    SLACK_SIGNING_SECRET_FILE: join(root, "secrets/signing-secret"),
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    POSTURE_CONFIG: join(root, "config/posture.config.ts"),
    POSTURE_SCHEDULE: "0 0 1 1 *",
    ...differs,
  };
}

interface AsInContainer {
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
}
const asInContainer = (): AsInContainer => ({ cwd: join(root, "data"), ...(NOBODY !== undefined && { uid: NOBODY, gid: NOBODY }) });

function start(differs?: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(join(root, "app/entrypoint"), [], {
    ...asInContainer(),
    env: environment(differs),
    stdio: ["ignore", "ignore", "inherit"],
  });
  running.push(child);
  return child;
}

/** Its exit code, and what it said. */
async function told(command: readonly string[], differs?: NodeJS.ProcessEnv): Promise<{ readonly code: unknown; readonly said: string }> {
  const child = spawn(join(root, "app/entrypoint"), [...command], {
    ...asInContainer(),
    env: environment(differs),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => parts.push(part));
  const [code] = await once(child, "close");
  return { code, said: Buffer.concat(parts).toString("utf8") };
}

async function ready(): Promise<void> {
  await vi.waitFor(async () => {
    if (!(await isReady(port))) throw new Error("the bot is not ready");
  }, soon);
}
const healthcheck = (): ReturnType<typeof told> => told(["node", join(root, "app/healthcheck.mjs")]);
const posted = (): readonly string[] => slack.messages().map(({ ts, text }) => `${ts} ${text}`);

async function ended(bot: ChildProcess): Promise<unknown> {
  const exit = once(bot, "exit");
  bot.kill("SIGTERM");
  const [code] = await exit;
  return code;
}

/** In a folder that is a store from then on. */
async function copyOfLog(n: number): Promise<string> {
  const folder = join(root, "data", `copy-${n}`);
  await mkdir(folder);
  await copyFile(join(root, "data/.posture/log.jsonl"), join(folder, "log.jsonl"));
  if (NOBODY !== undefined) for (const path of [folder, join(folder, "log.jsonl")]) await chown(path, NOBODY, NOBODY);
  return folder;
}

test("the bot sweeps and tells, says that it is well, ends when it is asked to, and goes on where it was", async () => {
  expect((await healthcheck()).code).toBe(1);
  const bot = start();
  await ready();
  await vi.waitFor(() => expect(posted().join("\n")).toContain("First sweep of account"), soon);
  expect((await healthcheck()).code).toBe(0);
  const before = posted();
  expect(await ended(bot)).toBe(0);
  const again = start();
  await ready();
  expect((await told(["posture", "audit", "verify"])).code).toBe(0);
  expect(await ended(again)).toBe(0);
  expect(posted()).toEqual(before);
});

test("the command line is there as well, on the same store, with the plugins of the configuration", async () => {
  const bot = start();
  await ready();
  const findings = await told(["posture", "findings", "--check", "stranger/bucket-versioning-disabled"]);
  expect(findings).toMatchObject({ code: 0, said: expect.stringContaining("does not keep old versions of its objects") });
  const doctor = await told(["posture", "doctor"]);
  expect(doctor.said).toMatch(/✓ Slack/);
  expect(await ended(bot)).toBe(0);
});

test("the log alone, copied while the bot writes it, is a backup that verifies and that a bot goes on from", async () => {
  const bot = start({ POSTURE_SCHEDULE: "* * * * * *" });
  await ready();
  const account = aws.world().accounts[0]?.id ?? "";
  const copies: string[] = [];
  for (const n of [1, 2, 3]) {
    aws.patchWorld(openedGroup(account, { id: `sg-0${String(n).padStart(16, "b")}`, name: `copied-${n}` }));
    await vi.waitFor(() => expect(JSON.stringify(slack.messages())).toContain(`copied-${n}`), soon);
    copies.push(await copyOfLog(n));
  }
  expect(await ended(bot)).toBe(0);
  const verified = await Promise.all(copies.map((copy) => told(["posture", "audit", "verify", "--store", copy])));
  expect(verified.map(({ code, said }) => [code, said])).toEqual(copies.map(() => [0, expect.stringContaining("The audit log is whole")]));
  const restored = start({ POSTURE_STORE: copies[2] });
  await ready();
  const found = await told(["posture", "findings", "--store", copies[2] ?? ""]);
  expect(found.said).toContain("copied-3");
  expect(await ended(restored)).toBe(0);
});

test("a bot that Slack keeps waiting ends at once when it is asked to", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const bot = start({ SLACK_API_URL: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api/` });
  await once(silent, "request");
  expect(await ended(bot)).toBe(0);
  silent.closeAllConnections();
  silent.close();
});

test("a secret whose file is not there is named, and nothing is started", async () => {
  const { code, said } = await told(["bot"], { SLACK_BOT_TOKEN_FILE: "/run/secrets/none" });
  expect([code, said]).toEqual([
    1,
    expect.stringContaining("SLACK_BOT_TOKEN_FILE: the file /run/secrets/none cannot be read: it is not there"),
  ]);
});
