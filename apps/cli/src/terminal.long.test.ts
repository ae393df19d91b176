import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, KEYS } from "./process.test.fixture.ts";

/* What a terminal, a pipe and a full disk make of the command, each in a process of its own. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-terminal-"));
  aws = await startAws({});
  posture = commandLine(folder);
  env = { ...KEYS, AWS_ENDPOINT_URL: aws.url };
  await posture.run(["scan", "--quiet"], env);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

describe("in a pipe", () => {
  test("a finding is one line without colours, and nothing is said on standard error", async () => {
    const { out, said, code } = await posture.run(["findings"], { TERM: "xterm-256color", CI: "true" });
    expect([code, said]).toEqual([0, ""]);
    expect(out).not.toContain("\u001B");
    const [head, ...lines] = out.split("\n");
    expect(head).toMatch(/^ Severity +Id +Region +Resource +What is wrong$/);
    expect(lines.slice(0, -3).every((line) => /^ [●▲■○] (Critical|High|Medium|Low) +[0-9a-f]{12} /.test(line))).toBe(true);
    expect(lines.filter((line) => line.includes("example-crm-exports"))).toHaveLength(2);
  });
  test("FORCE_COLOR brings the colours, and NO_COLOR is stronger", async () => {
    expect((await posture.run(["checks"], { FORCE_COLOR: "1" })).out).toContain("\u001B[");
    expect((await posture.run(["checks"], { FORCE_COLOR: "0" })).out).not.toContain("\u001B");
    expect((await posture.run(["checks"], { FORCE_COLOR: "1", NO_COLOR: "1" })).out).not.toContain("\u001B");
  });
  test.each([["findings", "--format", "json"], ["scan", "--help"], ["--version"]])(
    "whose reader stops reading, it ends in silence: %s %s",
    async (...words) => {
      const child = posture.start(words);
      // Nobody reads any more before the first byte is written.
      child.stdout?.destroy();
      const said: string[] = [];
      child.stderr?.on("data", (chunk) => said.push(String(chunk)));
      const [code] = await once(child, "close");
      expect([code, said.join("")]).toEqual([0, ""]);
    },
  );
});

describe("without a word", () => {
  test("it shows the help, and that is no failure", async () => {
    const [bare, help] = await Promise.all([posture.run([]), posture.run(["--help"])]);
    expect(bare).toEqual(help);
    expect([bare.code, bare.said]).toEqual([0, ""]);
    expect(bare.out).toContain("posture scan --store memory");
  });
  test("every command's help has examples and exit codes, and fits 80 columns", async () => {
    const single = ["scan", "findings", "recheck", "summary", "checks", "permissions", "init", "doctor", "completion", "demo"];
    const commands = [...single, "findings list", "findings show", "checks list", "checks show"];
    const helps = await Promise.all(
      commands.map(async (command) => ({ command, ...(await posture.run([...command.split(" "), "--help"])) })),
    );
    for (const { command, out, code } of helps) {
      expect([command, code]).toEqual([command, 0]);
      expect(out).toContain("Examples:");
      expect(out).toContain("Exit codes:");
      expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

test.runIf(process.platform === "linux")(
  "a result that cannot be written is a failure with its cause, and the sweep is kept all the same",
  async () => {
    const store = join(folder, "full");
    const child = posture.start(["scan", "--quiet", "--store", store], env, openSync("/dev/full", "w"));
    const said: string[] = [];
    child.stderr?.on("data", (chunk) => said.push(String(chunk)));
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(said.join("")).toMatch(/The result could not be written: .*ENOSPC/);
    expect(JSON.parse((await posture.run(["findings", "--store", store, "--format", "json"])).out)).not.toHaveLength(0);
  },
);

test("a short id is enough, and an ambiguous one names the candidates", async () => {
  const listed = z.array(z.object({ id: z.string() })).parse(JSON.parse((await posture.run(["findings", "--format", "json"])).out));
  const ids = listed.map(({ id }) => id);
  const unique = ids.find((id) => ids.filter((other) => other.startsWith(id.slice(0, 5))).length === 1) ?? "";
  expect((await posture.run(["findings", unique.slice(0, 5)])).out).toContain(unique);
  const shared = ids.find((id) => ids.filter((other) => other.startsWith(id.slice(0, 1))).length > 1)?.slice(0, 1) ?? "";
  const { code, said } = await posture.run(["findings", shared]);
  expect([code, said]).toEqual([1, expect.stringMatching(/could be any of [0-9a-f]{12}, [0-9a-f]{12}/)]);
});

test("a name that turns the direction of writing is shown as what it is, and told to machines to the letter", async () => {
  const [account] = aws.world().accounts;
  const name = "prod\u202Egpj";
  const group = {
    Region: "eu-west-1",
    GroupId: "sg-0123456789abcdef0",
    GroupName: name,
    Description: "hostile",
    OwnerId: account?.id ?? "",
    VpcId: "vpc-0a1b2c3d4e5f60718",
    IpPermissions: [
      {
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: "0.0.0.0/0" }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    IpPermissionsEgress: [],
    Tags: [],
  };
  aws.patchWorld({ accounts: [{ id: account?.id ?? "", securityGroups: [group] }] });
  const scan = ["scan", "--quiet", "--store", "memory", "--region", "eu-west-1"];
  const text = (await posture.run(scan, env)).out;
  expect(text).toContain("prod\uFFFDgpj");
  expect(text).not.toContain("\u202E");
  const { out } = await posture.run([...scan, "--format", "json"], env);
  expect(out).toContain(String.raw`prod\u202egpj`);
  const { findings } = z.object({ findings: z.array(z.object({ message: z.string() })) }).parse(JSON.parse(out));
  expect(findings.some(({ message }) => message.includes(name))).toBe(true);
});

test("Ctrl-C ends a sweep with 130, keeps nothing of it, and leaves the store free", async () => {
  const slow = await startAws({ latencyMs: 200 });
  const store = join(folder, "stopped");
  try {
    const child = posture.start(["scan", "--store", store], { ...env, AWS_ENDPOINT_URL: slow.url });
    const said: string[] = [];
    child.stderr?.on("data", (chunk) => said.push(String(chunk)));
    await vi.waitFor(() => expect(slow.calls().some(({ operation }) => operation === "DescribeSecurityGroups")).toBe(true), 20_000);
    // A wrapper and the terminal may both send it.
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await once(child, "close"))[0]).toBe(130);
    expect(said.join("")).toBe("Stopped. Nothing of this sweep was kept; what was known before is as it was.\n");
    expect((await readFile(join(store, "log.jsonl"), "utf8")).trim().split("\n")).toHaveLength(1);
  } finally {
    await slow.close();
  }
  expect((await posture.run(["scan", "--store", store, "--quiet"], env)).code).toBe(0);
});
