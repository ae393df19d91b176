import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CommandLine, commandLine, type Ended, KEYS } from "./process.test.fixture.ts";

/* What goes wrong, as a person meets it: each command is a process of its own in an empty folder. */

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-wrong-"));
  aws = await startAws({});
  posture = commandLine(folder);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

const withAws = (): Record<string, string> => ({ ...KEYS, AWS_ENDPOINT_URL: aws.url });
const SCAN = ["scan", "--store", "memory", "--quiet"] as const;

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** One sentence and a next step: no stack trace, nothing on standard output, exit code 1. */
function expectClear(ended: Ended, ...parts: readonly string[]): void {
  expect([ended.code, ended.out]).toEqual([1, ""]);
  for (const part of parts) expect(ended.said).toContain(part);
  expect(ended.said).not.toMatch(/\n\s+at |report it/);
  expect(ended.said.trim().split("\n").length).toBeLessThanOrEqual(4);
}

describe("a sweep that cannot be done says so in one sentence, with the cause and the next step", () => {
  test("without credentials", async () => {
    const ended = await posture.run(SCAN, { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: aws.url });
    expectClear(ended, "No AWS credentials were found", "AWS_PROFILE");
  });
  test("with a text in AWS_REGION that cannot be a region", async () => {
    expectClear(await posture.run(SCAN, { ...withAws(), AWS_REGION: "eu west 1" }), "eu west 1", "AWS_REGION");
  });
  test("with a region that the account does not have", async () => {
    expectClear(await posture.run([...SCAN, "--region", "eu-west-9"], withAws()), "eu-west-9", "did you mean eu-west-1?", "us-east-1");
  });
  test("with an endpoint where nobody listens", async () => {
    const probe = createServer();
    const port = await listening(probe);
    await new Promise((resolve) => probe.close(resolve));
    expectClear(
      await posture.run(SCAN, { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
      `http://127.0.0.1:${port}`,
      "AWS_ENDPOINT_URL",
    );
  });
  test("with credentials that AWS refuses", async () => {
    aws.addFault({ operation: "sts:GetCallerIdentity", kind: "denied" });
    try {
      expectClear(await posture.run(SCAN, withAws()), "AWS refused the credentials", "aws sso login");
    } finally {
      aws.clearFaults();
    }
  });
  test("with credentials that have expired", async () => {
    const code = "<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message>";
    const body = `<ErrorResponse><Error><Type>Sender</Type>${code}</Error></ErrorResponse>`;
    await behind(403, "text/xml", body, async (url) =>
      expectClear(await posture.run(SCAN, { ...KEYS, AWS_ENDPOINT_URL: url }), "AWS refused the credentials", "expired", "aws sso login"),
    );
  });
  test("with an endpoint that is not AWS", async () => {
    await behind(200, "text/html", "<html>Please log in</html>", async (url) =>
      expectClear(await posture.run(SCAN, { ...KEYS, AWS_ENDPOINT_URL: url }), url, "GetCallerIdentity", "not AWS's answer"),
    );
  });
  test("with an endpoint that is no address", async () => {
    expectClear(await posture.run(SCAN, { ...KEYS, AWS_ENDPOINT_URL: "localhost:4566" }), "localhost:4566", "AWS_ENDPOINT_URL");
  });
  test("with a configuration file that is not there", async () => {
    expectClear(await posture.run([...SCAN, "--config", "nowhere.ts"], withAws()), "nowhere.ts", "could not be loaded");
  });
  test("with a configuration file that is not TypeScript", async () => {
    expectClear(
      await posture.run([...SCAN, "--config", await written("broken.config.ts", "export default { plugins: [")], withAws()),
      "broken.config.ts",
    );
  });
  test("with a setting that does not exist", async () => {
    const file = await written("misspelt.config.ts", 'export default { chekcs: { "s3/bucket-acl-public": {} } };');
    expectClear(await posture.run([...SCAN, "--config", file], withAws()), "chekcs", "configuration.md");
  });
  test("with a check that does not exist", async () => {
    const file = await written("unknown.config.ts", 'export default { checks: { "s3/bucket-acl-pubic": { enabled: false } } };');
    expectClear(await posture.run([...SCAN, "--config", file], withAws()), "s3/bucket-acl-pubic", "s3/bucket-acl-public");
  });
  test("with a plugin of another API version", async () => {
    const plugin = '{ name: "posture-plugin-old", namespace: "old", checks: [], apiVersion: 99, [Symbol.for("posture.plugin")]: true }';
    const file = await written("plugin.config.ts", `export default { plugins: [${plugin}] };`);
    expectClear(await posture.run([...SCAN, "--config", file], withAws()), "posture-plugin-old", "plugin API 99", "API 1");
  });
  test("with something in the place of a plugin", async () => {
    const file = await written("no-plugin.config.ts", "export default { plugins: [{}] };");
    expectClear(await posture.run([...SCAN, "--config", file], withAws()), "plugin 1", "definePlugin");
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
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    try {
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      expectClear(await posture.run(["scan", "--store", store, "--quiet"], withAws()), `process ${holder.pid}`, "--store");
    } finally {
      holder.kill();
    }
  });
  test("damaged: nothing is changed, and the file is named", async () => {
    const store = join(folder, "damaged");
    expect((await posture.run(["scan", "--store", store, "--quiet"], withAws())).code).toBe(0);
    const log = join(store, "log.jsonl");
    const bytes = await readFile(log);
    bytes.fill(0, 200, 260);
    await writeFile(log, bytes);
    const before = await snapshotOf(store);
    expectClear(await posture.run(["scan", "--store", store, "--quiet"], withAws()), "damaged", "log.jsonl", "Nothing was changed");
    expect(await snapshotOf(store)).toEqual(before);
  });
  test("of another version: both are named, and the exit code says that trying again is in vain", async () => {
    const store = join(folder, "newer");
    expect((await posture.run(["scan", "--store", store, "--quiet"], withAws())).code).toBe(0);
    const log = join(store, "log.jsonl");
    await writeFile(log, (await readFile(log, "utf8")).replace('"version":1', '"version":2'));
    for (const words of [["scan", "--quiet"], ["findings"]]) {
      const { code, said } = await posture.run([...words, "--store", store], withAws());
      expect([code, said]).toEqual([78, expect.stringMatching(/has version 2; this Posture knows\s+version 1/)]);
    }
  });
  test("moved to what is no database: only a database is offered", async () => {
    const { code, said } = await posture.run(["store", "migrate", "--store", join(folder, "old"), "--to", join(folder, "elsewhere")]);
    expect([code, said]).toEqual([1, expect.stringContaining("Name a database as postgres://")]);
  });
  test("a file in the place of its folder: it is named", async () => {
    const file = await written("not-a-folder", "mine");
    expectClear(await posture.run(["scan", "--store", file, "--quiet"], withAws()), file);
    expect(await readFile(file, "utf8")).toBe("mine");
  });
  test("a place where nothing can be written: it is named", async () => {
    const place = join(await written("also-not-a-folder", "mine"), "store");
    expectClear(await posture.run(["scan", "--store", place, "--quiet"], withAws()), place);
  });
  test("a folder of something else: it is refused", async () => {
    const store = join(folder, "foreign");
    await mkdir(store);
    await writeFile(join(store, "log.jsonl"), '{"not":"ours"}\n');
    expectClear(await posture.run(["scan", "--store", store, "--quiet"], withAws()), "was not written by Posture");
    expect(await readFile(join(store, "log.jsonl"), "utf8")).toBe('{"not":"ours"}\n');
  });
});

/** The port of a server that listens on this machine alone. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** While something answers every request with the same. */
async function behind(status: number, type: string, body: string, act: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, answer) => answer.writeHead(status, { "content-type": type }).end(body));
  try {
    await act(`http://127.0.0.1:${await listening(server)}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function snapshotOf(store: string): Promise<Record<string, string>> {
  const names = (await readdir(store)).filter((name) => /\.(jsonl|json)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(store, name), "base64")] as const)));
}

describe("what is typed wrong gets its nearest relative", () => {
  test("a command", async () => expectClear(await posture.run(["scna"]), "Did you mean scan?"));
  test("a format", async () => expectClear(await posture.run(["scan", "--format", "yaml"]), "yaml", "table, json", "posture scan --help"));
  test("an option", async () => expectClear(await posture.run(["scan", "--regions", "eu-west-1"]), "--regions", "Did you mean --region?"));
  test("a region that cannot be one", async () =>
    expectClear(await posture.run(["scan", "--region", "Ireland"]), "Ireland", "looks like eu-west-1"));
  test("several regions in one word", async () =>
    expectClear(await posture.run(["scan", "--region", "eu-west-1,us-east-1"]), "--region once for each"));
  test("a deadline", async () => expectClear(await posture.run(["scan", "--deadline", "soon"]), "soon", "number of seconds"));
  test("a status", async () => expectClear(await posture.run(["findings", "--status", "supressed"]), "did you mean suppressed?"));
  test("a check", async () =>
    expectClear(await posture.run(["checks", "show", "s3/bucket-acl-pubic"]), "did you mean s3/bucket-acl-public?", "posture checks"));
  test("what is asked of checks", async () =>
    expectClear(
      await posture.run(["checks", "shwo"]),
      "posture checks has no command 'shwo'",
      "Did you mean show?",
      "posture checks --help",
    ));
  test("what is asked of checks, and is like nothing", async () =>
    expectClear(await posture.run(["checks", "zzzzzz"]), "It has list and show."));
  test("what is asked of findings", async () =>
    expectClear(await posture.run(["findings", "lst"]), "posture findings has no command 'lst'", "Did you mean list?"));
  test("a command behind a command", async () =>
    expectClear(await posture.run(["findings", "list", "show"]), "Did you mean posture findings show?"));
  test("a second id", async () => expectClear(await posture.run(["findings", "001bf4", "0a40f7"]), "0a40f7 is one too many"));
  test("a service", async () => expectClear(await posture.run(["findings", "--service", "imam"]), "did you mean iam?", "network"));
  test("a check of findings", async () =>
    expectClear(await posture.run(["findings", "--check", "s3/bucket-acl-pubic"]), "did you mean s3/bucket-acl-public?"));
  test("an account", async () => expectClear(await posture.run(["findings", "--account", "12"]), "'12'", "12 digits"));
  test("a tag", async () => expectClear(await posture.run(["findings", "--tag", "=prod"]), "key=value"));
  test("an instant", async () => expectClear(await posture.run(["findings", "--since", "soon"]), "soon", "7d"));
  test("an order", async () =>
    expectClear(await posture.run(["findings", "--sort", "gravity"]), "severity, age, newest, resource, account"));
  test("a shell", async () => expectClear(await posture.run(["completion", "powershell"]), "bash, zsh, fish"));
  test("no check to show", async () => expectClear(await posture.run(["checks", "show"]), "'id'", "posture checks show --help"));
  test("a framework", async () =>
    expectClear(await posture.run(["checks", "--framework", "cis3.0"]), "no framework cis3.0", "did you mean cis-3.0?", "fsbp"));
  test("a framework to sweep, before a store is made", async () => {
    const store = join(folder, "never");
    expectClear(await posture.run(["scan", "--framework", "fsbpp", "--store", store], withAws()), "did you mean fsbp?", "cis-3.0");
    expect(await readdir(folder)).not.toContain("never");
  });
  test("a category", async () => expectClear(await posture.run(["checks", "--category", "s33"]), "did you mean s3?", "iam"));
  test("a form of the permissions", async () =>
    expectClear(await posture.run(["permissions", "--format", "yaml"]), "json, cloudformation, terraform"));
  test("a severity", async () => expectClear(await posture.run(["scan", "--fail-on", "severe"]), "critical, high, medium, low"));
  test("a finding where there is no store: none is made for the question", async () => {
    const store = join(folder, "nowhere");
    expectClear(await posture.run(["recheck", "ffffffffffff", "--store", store], withAws()), "no finding ffffffffffff");
    expect(existsSync(store)).toBe(false);
  });
  test("a finding", async () => {
    const store = join(folder, "empty");
    await posture.run(["scan", "--store", store, "--quiet"], withAws());
    expectClear(await posture.run(["findings", "ffffffffffff", "--store", store]), "no finding ffffffffffff", "posture findings");
  });
});

describe("exit codes", () => {
  test("2 when something at or above --fail-on is open, with the report all the same", async () => {
    const { code, out } = await posture.run([...SCAN, "--format", "json", "--fail-on", "critical"], withAws());
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ schema: "posture.scan/1", accountId: "111122223333" });
  });
  test("3 when not everything could be read and --strict was given; 0 without it", async () => {
    aws.addFault({ operation: "s3:GetBucketAcl", kind: "denied" });
    try {
      expect((await posture.run([...SCAN, "--format", "json", "--strict"], withAws())).code).toBe(3);
      expect((await posture.run([...SCAN, "--format", "json"], withAws())).code).toBe(0);
    } finally {
      aws.clearFaults();
    }
  });
});
