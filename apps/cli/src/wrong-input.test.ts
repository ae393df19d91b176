import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/* The command as a person runs it: a process of its own, in an empty folder, without anything of this machine's AWS settings. */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "us-east-1" };

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-wrong-"));
  aws = await startAws({});
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|POSTURE|VITEST|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(own), HOME: folder, AWS_EC2_METADATA_DISABLED: "true", NO_COLOR: "1", ...more };
}

function posture(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=@posture/source", MAIN, ...words],
      { env: environment(env), cwd: folder, timeout: 60_000 },
      (error, out, said) => resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, said }),
    );
  });
}
const withAws = (): Record<string, string> => ({ ...KEYS, AWS_ENDPOINT_URL: aws.url });
const SCAN = ["scan", "--store", "memory", "--quiet"] as const;

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** One sentence and a next step: no stack trace, nothing on standard output, exit code 1. */
function expectClear(ended: Ended, ...parts: readonly string[]): void {
  expect(ended.code).toBe(1);
  expect(ended.out).toBe("");
  for (const part of parts) expect(ended.said).toContain(part);
  expect(ended.said).not.toMatch(/\n\s+at /);
  expect(ended.said.trim().split("\n").length).toBeLessThanOrEqual(4);
}

describe("a sweep that cannot be done says so in one sentence, with the cause and the next step", () => {
  test("without credentials", async () => {
    const ended = await posture(SCAN, { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: aws.url });
    expectClear(ended, "No AWS credentials were found", "AWS_PROFILE");
  });
  test("with a region that the account does not have", async () => {
    expectClear(await posture([...SCAN, "--region", "eu-west-9"], withAws()), "eu-west-9", "did you mean eu-west-1?", "us-east-1");
  });
  test("with an endpoint where nobody listens", async () => {
    const probe = createServer();
    const port = await new Promise<number>((resolve) => {
      probe.listen(0, "127.0.0.1", () => {
        const address = probe.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    await new Promise((resolve) => probe.close(resolve));
    expectClear(
      await posture(SCAN, { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
      `http://127.0.0.1:${port}`,
      "AWS_ENDPOINT_URL",
    );
  });
  test("with a configuration file that is not there", async () => {
    expectClear(await posture([...SCAN, "--config", "nowhere.ts"], withAws()), "nowhere.ts", "could not be loaded");
  });
  test("with a configuration file that is not TypeScript", async () => {
    expectClear(
      await posture([...SCAN, "--config", await written("broken.config.ts", "export default { plugins: [")], withAws()),
      "broken.config.ts",
    );
  });
  test("with a setting that does not exist", async () => {
    const file = await written("misspelt.config.ts", 'export default { chekcs: { "s3/bucket-acl-public": {} } };');
    expectClear(await posture([...SCAN, "--config", file], withAws()), "chekcs", "configuration.md");
  });
  test("with a check that does not exist", async () => {
    const file = await written("unknown.config.ts", 'export default { checks: { "s3/bucket-acl-pubic": { enabled: false } } };');
    expectClear(await posture([...SCAN, "--config", file], withAws()), "s3/bucket-acl-pubic", "s3/bucket-acl-public");
  });
  test("with a plugin of another API version", async () => {
    const plugin = '{ name: "posture-plugin-old", namespace: "old", checks: [], apiVersion: 99, [Symbol.for("posture.plugin")]: true }';
    const file = await written("plugin.config.ts", `export default { plugins: [${plugin}] };`);
    expectClear(await posture([...SCAN, "--config", file], withAws()), "posture-plugin-old", "plugin API 99", "API 1");
  });
  test("with something in the place of a plugin", async () => {
    const file = await written("no-plugin.config.ts", "export default { plugins: [{}] };");
    expectClear(await posture([...SCAN, "--config", file], withAws()), "plugin 1", "definePlugin");
  });
});

describe("a store that cannot be used is left as it is", () => {
  test("held by another process: its pid is named", async () => {
    const store = join(folder, "held");
    const holder = spawn(
      process.execPath,
      ["--conditions=@posture/source", fileURLToPath(new URL("./holder.test.fixture.ts", import.meta.url)), store],
      {
        cwd: ROOT,
        env: environment({}),
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    try {
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      expectClear(await posture(["scan", "--store", store, "--quiet"], withAws()), `process ${holder.pid}`, "--store");
    } finally {
      holder.kill();
    }
  });
  test("damaged: nothing is changed, and the file is named", async () => {
    const store = join(folder, "damaged");
    expect((await posture(["scan", "--store", store, "--quiet"], withAws())).code).toBe(0);
    const log = join(store, "log.jsonl");
    const bytes = await readFile(log);
    bytes.fill(0, 200, 260);
    await writeFile(log, bytes);
    const before = await snapshotOf(store);
    expectClear(await posture(["scan", "--store", store, "--quiet"], withAws()), "damaged", "log.jsonl", "Nothing was changed");
    expect(await snapshotOf(store)).toEqual(before);
  });
  test("a folder of something else: it is refused", async () => {
    const store = join(folder, "foreign");
    await import("node:fs/promises").then(({ mkdir }) => mkdir(store));
    await writeFile(join(store, "log.jsonl"), '{"not":"ours"}\n');
    expectClear(await posture(["scan", "--store", store, "--quiet"], withAws()), "was not written by Posture");
    expect(await readFile(join(store, "log.jsonl"), "utf8")).toBe('{"not":"ours"}\n');
  });
});

async function snapshotOf(store: string): Promise<Record<string, string>> {
  const names = (await readdir(store)).filter((name) => /\.(jsonl|json)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(store, name), "base64")] as const)));
}

describe("what is typed wrong gets its nearest relative", () => {
  test("a command", async () => expectClear(await posture(["scna"]), "scan"));
  test("a severity", async () => expectClear(await posture(["scan", "--fail-on", "severe"]), "critical, high, medium, low"));
  test("a finding", async () => {
    const store = join(folder, "empty");
    await posture(["scan", "--store", store, "--quiet"], withAws());
    expectClear(await posture(["findings", "ffffffffffff", "--store", store]), "no finding ffffffffffff", "posture findings");
  });
});

describe("exit codes", () => {
  test("2 when something at or above --fail-on is open, with the report all the same", async () => {
    const { code, out } = await posture([...SCAN, "--format", "json", "--fail-on", "critical"], withAws());
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ schema: "posture.scan/1", accountId: "111122223333" });
  });
  test("3 when not everything could be read and --strict was given; 0 without it", async () => {
    aws.addFault({ operation: "s3:GetBucketAcl", kind: "denied" });
    try {
      expect((await posture([...SCAN, "--format", "json", "--strict"], withAws())).code).toBe(3);
      expect((await posture([...SCAN, "--format", "json"], withAws())).code).toBe(0);
    } finally {
      aws.clearFaults();
    }
  });
});
