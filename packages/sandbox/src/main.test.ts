import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

const PROGRAM = fileURLToPath(new URL("main.ts", import.meta.url));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
});
afterAll(() => rm(folder, { recursive: true }));

function start(...words: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ["--conditions=@posture/source", PROGRAM, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function run(...words: readonly string[]): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const child = start(...words);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, out, err };
}

/** Starts it, and waits until it says where it is. */
async function started(
  ...words: readonly string[]
): Promise<{ readonly url: string; readonly child: ReturnType<typeof start>; said: () => string }> {
  const child = start(...words);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (said += chunk));
  await expect.poll(() => said, { timeout: 8000 }).toContain("Ctrl-C ends it.");
  return { url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "nowhere", child, said: () => said };
}

async function file(content: string): Promise<string> {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, content);
  return path;
}

const NEXT = "sandbox --help shows what there is.\n";

describe("help", () => {
  it.each([[[]], [["--help"]], [["-h"]], [["help"]], [["aws", "--help"]], [["slack", "-h"]]])("%j shows it", async (words) => {
    const { code, out, err } = await run(...words);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("sandbox aws --port N [--world demo|FILE] [--latency MS] [--events QUEUE]");
  });
});

describe("what cannot be done is said in a sentence, without a trace", () => {
  it.each([
    [["gcp"], "There is no command gcp."],
    [["aws", "--prot", "1"], "Unknown option '--prot'."],
    [["aws", "4566"], "Unexpected argument '4566'."],
    [["aws", "--port"], "Option '-p, --port <value>' argument missing."],
    [["aws", "--port", "many"], '--port has to be a whole number up to 65535; it is "many".'],
    [["aws", "--port="], '--port has to be a whole number up to 65535; it is "".'],
    [["aws", "--port", "65536"], '--port has to be a whole number up to 65535; it is "65536".'],
    [["aws", "--latency", "1.5"], '--latency has to be a whole number up to 60000; it is "1.5".'],
    [["slack", "--world", "demo"], "Unknown option '--world'."],
    [["slack", "--bot", "3000"], '--bot has to be an address as http://127.0.0.1:3000/slack/events; it is "3000".'],
  ])("%j", async (words, sentence) => expect(await run(...words)).toEqual({ code: 1, out: "", err: `${sentence}\n${NEXT}` }));

  it.each([
    ["that is not JSON", "accounts: []", "it is not JSON: "],
    ["that is empty", "", "it is not JSON: Unexpected end of JSON input."],
    [
      "with an account id of eleven digits",
      '{"accounts":[{"id":"11112222333","regions":["us-east-1"]}]}',
      "/accounts/0/id: an account id has twelve digits.",
    ],
    ["with ten problems", `{"accounts":[${Array.from({ length: 10 }, () => "{}").join()}]}`, "; and 15 more."],
  ])("a world %s", async (_, content, sentence) => {
    const path = await file(content);
    const { code, out, err } = await run("aws", "--world", path);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`The world ${path} is not valid: `);
    expect(err).toContain(sentence);
    expect(err.split("\n")).toEqual([expect.anything(), expect.stringContaining("world.schema.json"), NEXT.trim(), ""]);
  });

  it("a world that is not there, or is a folder", async () => {
    const nowhere = join(folder, "nowhere.json");
    const next = "Name a file that is there with --world, or leave it out for the demo's.";
    expect(await run("aws", "--world", nowhere)).toEqual({
      code: 1,
      out: "",
      err: `The world ${nowhere} could not be read: it was not found.\n${next}\n${NEXT}`,
    });
    expect((await run("aws", "-w", folder)).err).toBe(`The world ${folder} could not be read: it is a folder.\n${next}\n${NEXT}`);
  });

  it("a port that is taken, of the one and of the other", async () => {
    const { url } = await started("aws");
    const { port } = new URL(url);
    const refused = { code: 1, out: "", err: `Port ${port} is in use by another process.\nChoose another with --port.\n${NEXT}` };
    expect(await Promise.all([run("aws", "-p", port), run("slack", "-p", port)])).toEqual([refused, refused]);
  });
});

describe("until it is told to end", () => {
  it("the simulated AWS answers from the world of a file; Ctrl-C ends it", async () => {
    const path = await file('{"accounts":[{"id":"222233334444","accessKeyIds":["AKIAFILE"],"regions":["eu-north-1"]}]}');
    const { url, child, said } = await started("aws", "--world", path);
    expect(said()).toContain("222233334444; 0 resources.");
    expect(said()).toContain(`export AWS_ENDPOINT_URL=${url} AWS_REGION=eu-north-1 AWS_ACCESS_KEY_ID=AKIAFILE AWS_SECRET_ACCESS_KEY=any`);
    expect(await (await fetch(`${url}/_sandbox/world`)).json()).toMatchObject({ accounts: [{ id: "222233334444" }] });
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
  it("the local Slack answers; SIGTERM ends it", async () => {
    const { url, child, said } = await started("slack");
    expect(said()).toContain(`export SLACK_API_URL=${url}/api/ SLACK_BOT_TOKEN=xoxb-local`);
    expect(said()).toContain("Without --bot, buttons and commands go to a bot in Socket Mode: SLACK_APP_TOKEN=xapp-local");
    const headers = { authorization: "Bearer xoxb-local" };
    expect(await (await fetch(`${url}/api/auth.test`, { method: "POST", headers })).json()).toMatchObject({ ok: true });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
  it("answers take as long as they were told to", async () => {
    const { url } = await started("aws", "--latency", "200");
    const authorization = "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/sts/aws4_request, Signature=any";
    const begun = performance.now();
    const response = await fetch(url, { method: "POST", headers: { authorization }, body: "Action=GetCallerIdentity" });
    expect([response.status, performance.now() - begun > 195]).toEqual([200, true]);
  });
});
