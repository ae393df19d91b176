import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { fileURLToPath } from "node:url";
import { loadConfig } from "@posture/config";
import { firstPartyPlugins } from "@posture/runtime";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { configurationFile, DEFAULT_WISHES, type Wishes } from "./configuration-file.ts";
import { commandLine, type Ended } from "./process.test.fixture.ts";
import { asked } from "./questions.ts";

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(PACKAGE, "../..", "node_modules", ".bin", "tsc");
const CHECKS = firstPartyPlugins.flatMap((plugin) => plugin.checks);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "posture-init-"));
});
afterAll(() => rm(root, { recursive: true }));

async function emptyFolder(name: string): Promise<string> {
  await mkdir(join(root, name));
  return join(root, name);
}
async function init(folder: string, ...words: readonly string[]): Promise<Ended> {
  return commandLine(folder).run(["init", ...words]);
}

describe("with --yes", () => {
  it("writes a file that loads, sets nothing that is not the default, and is not written over without --force", async () => {
    const folder = await emptyFolder("yes");
    const { code, out, said } = await init(folder, "--yes");
    expect([code, said]).toEqual([0, ""]);
    expect(out).toContain("posture.config.ts is written.");
    expect(out).toContain("posture doctor");
    const config = await loadConfig({ folder, defaults: firstPartyPlugins });
    const preset = await loadConfig({ folder: root, defaults: firstPartyPlugins });
    expect(config).toEqual({ ...preset, file: join(folder, "posture.config.ts"), given: expect.anything(), store: ".posture" });

    await writeFile(join(folder, "posture.config.ts"), "export default {};");
    const refused = await init(folder, "--yes");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.said).toMatch(/There is a configuration already: .*posture\.config\.ts\.\n {2}Give --force/);
    expect(await readFile(join(folder, "posture.config.ts"), "utf8")).toBe("export default {};");
    expect((await init(folder, "--yes", "--force")).code).toBe(0);
    expect(await readFile(join(folder, "posture.config.ts"), "utf8")).toBe(configurationFile(DEFAULT_WISHES));
  });
  it("is not written beside one of another name that would be taken instead, nor over another file", async () => {
    const folder = await emptyFolder("other-name");
    await writeFile(join(folder, "posture.config.mjs"), "export default {};");
    expect((await init(folder, "--yes")).said).toContain("posture.config.mjs");
    await writeFile(join(folder, "mine.ts"), "mine");
    expect((await init(folder, "--yes", "--config", "mine.ts")).said).toContain("mine.ts");
    expect((await readdir(folder)).toSorted()).toEqual(["mine.ts", "posture.config.mjs"]);
  });
  it("among files that are CommonJS it is a .mts, and the next command says nothing but its result", async () => {
    const folder = await emptyFolder("commonjs");
    await writeFile(join(folder, "package.json"), '{ "name": "example" }');
    expect((await init(folder, "--yes")).out).toContain("posture.config.mts is written.");
    const { code, said } = await commandLine(folder).run(["checks"]);
    expect([code, said]).toEqual([0, ""]);
  });
});

it("without a terminal it asks nothing, writes nothing and says what to do", async () => {
  const folder = await emptyFolder("no-terminal");
  const { code, said } = await init(folder);
  expect([code, said]).toEqual([1, expect.stringMatching(/no terminal to ask them on\.\n {2}Give --yes/)]);
  expect(await readdir(folder)).toEqual([]);
});

describe("what it writes", () => {
  const WISHES: Wishes = {
    regions: ["eu-west-1", "us-east-1"],
    store: 'a "quoted" \\ folder',
    off: ["s3/bucket-acl-public"],
    slack: { channel: "#sec-ops", way: "socket" },
  };
  /** Every example in it brought to life, as a person would who wants them. */
  const alive = (text: string): string => text.replaceAll(/^( +)\/\/ (?=regions:|"|\{)/gm, "$1");

  it("holds what was answered, in words that are taken as they were typed", async () => {
    const folder = await emptyFolder("answers");
    await writeFile(join(folder, "posture.config.ts"), configurationFile(WISHES));
    const config = await loadConfig({ folder, defaults: firstPartyPlugins });
    expect([config.regions, config.store]).toEqual([WISHES.regions, WISHES.store]);
    expect(config.checks).toHaveLength(CHECKS.length - 1);
    const text = configurationFile(WISHES);
    for (const words of ['"#sec-ops"', "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "posture slack manifest --socket", "/invite @posture"])
      expect(text).toContain(words);
    expect(text).not.toContain("SLACK_SIGNING_SECRET");
  });
  it("passes the compiler as strict as it is, and so do its examples", async () => {
    // Inside this package, where its imports are found.
    const folder = await mkdtemp(join(PACKAGE, ".init-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const files = [configurationFile(DEFAULT_WISHES), configurationFile(WISHES)].map((text, i) => ({ name: `${i}.config.ts`, text }));
    for (const { name, text } of files) await writeFile(join(folder, name), text);
    await writeFile(join(folder, "examples.config.ts"), alive(configurationFile(DEFAULT_WISHES)));
    await writeFile(join(folder, "wrong.config.ts"), configurationFile(DEFAULT_WISHES).replace("store:", "stoer:"));
    const options = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "esnext",
      types: ["node"],
      verbatimModuleSyntax: true,
      skipLibCheck: true,
    };
    const compilerOptions = { ...options, allowImportingTsExtensions: true, customConditions: ["@posture/source"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const told = await new Promise<string>((resolve) => execFile(TSC, ["-p", folder], (_, out) => resolve(out)));
    expect(told.split("\n").filter((line) => line.includes("error"))).toEqual([expect.stringMatching(/wrong\.config\.ts.*stoer/)]);
  });
  it("has examples that name checks which are there", () => {
    const ids = [...configurationFile(DEFAULT_WISHES).matchAll(/"([a-z0-9-]+\/[a-z0-9-]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(2);
    expect(CHECKS.map(({ id }) => id)).toEqual(expect.arrayContaining([...new Set(ids)]));
  });
});

const ENTER = "\r";
const DOWN = "\u001B[B";
const CTRL_C = "\u0003";

describe("the questions", () => {
  /** Answers each question when its words have appeared. */
  async function answering(
    ...turns: readonly (readonly [question: string, keys: Iterable<string>])[]
  ): Promise<{ wishes: Wishes | null; seen: string }> {
    const input = new PassThrough();
    const output = new PassThrough();
    let seen = "";
    output.setEncoding("utf8").on("data", (chunk: string) => void (seen += stripVTControlCharacters(chunk)));
    const ended = asked(CHECKS, { input, output });
    for (const [question, keys] of turns) {
      await vi.waitFor(() => expect(seen).toContain(question), 5000);
      for (const key of keys) input.write(key);
    }
    return { wishes: await ended, seen };
  }

  it("answered with nothing but Enter are the defaults", async () =>
    expect(
      (
        await answering(
          ["Which regions?", ENTER],
          ["Which checks?", ENTER],
          ["Where is what it finds kept?", ENTER],
          ["Shall it tell Slack", ENTER],
        )
      ).wishes,
    ).toEqual(DEFAULT_WISHES));
  it("take several regions, and ask again after what cannot be one", async () => {
    const { wishes, seen } = await answering(
      ["Which regions?", [DOWN, ENTER]],
      ["Which ones?", `Ireland${ENTER}`],
      ["Ireland is not the name of a region", `${"\u007F".repeat(7)}eu-west-1, us-east-1 eu-west-1${ENTER}`],
      ["Which checks?", ENTER],
      ["Where is what it finds kept?", `/var/lib/posture${ENTER}`],
      ["Shall it tell Slack", ENTER],
    );
    expect(wishes).toEqual({ regions: ["eu-west-1", "us-east-1"], store: "/var/lib/posture", off: [], slack: null });
    expect(seen).toContain("those look like eu-west-1");
  });
  it("switch off what is unwanted, and nothing that belongs to what is wanted as well", async () => {
    // The first of the list is encryption.
    const { wishes } = await answering(
      ["Which regions?", ENTER],
      ["Which checks?", ` ${ENTER}`],
      ["Where is what it finds kept?", ENTER],
      ["Shall it tell Slack", ENTER],
    );
    expect(wishes?.off).toContain("encryption/ebs-volume-unencrypted");
    const both: readonly string[] = CHECKS.filter(({ categories }) => categories.includes("encryption") && categories.length > 1).map(
      ({ id }) => id,
    );
    expect(both).not.toEqual([]);
    expect(wishes?.off.filter((id) => both.includes(id))).toEqual([]);
  });
  it("take a channel of Slack, with how Slack reaches the bot, and ask again after what cannot be one", async () => {
    const { wishes, seen } = await answering(
      ["Which regions?", ENTER],
      ["Which checks?", ENTER],
      ["Where is what it finds kept?", ENTER],
      ["Shall it tell Slack", [DOWN, DOWN, ENTER]],
      ["In which channel?", `Sec Ops${ENTER}`],
      ["not how Slack writes a channel", `${"\u007F".repeat(7)}sec-ops${ENTER}`],
    );
    expect(wishes?.slack).toEqual({ way: "socket", channel: "#sec-ops" });
    expect(seen).toContain("nothing comes in");
  });
  it("end with Ctrl-C, and then nothing is wished", async () => {
    const { wishes, seen } = await answering(["Which regions?", CTRL_C]);
    expect([wishes, seen]).toEqual([null, expect.stringContaining("Nothing was written.")]);
  });
});

describe.runIf(process.platform === "linux" && existsSync("/usr/bin/script"))("on a terminal", () => {
  async function typing(
    folder: string,
    ...turns: readonly (readonly [question: string, keys: string])[]
  ): Promise<{ code: number | null; seen: string }> {
    const command = [
      "stty cols 80 rows 40;",
      process.execPath,
      "--conditions=@posture/source",
      fileURLToPath(new URL("./main.ts", import.meta.url)),
      "init",
    ].join(" ");
    const child = spawn("/usr/bin/script", ["-qec", command, "/dev/null"], { cwd: folder, env: { ...process.env, TERM: "xterm", CI: "" } });
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (seen += stripVTControlCharacters(chunk)));
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    for (const [question, keys] of turns) {
      await vi.waitFor(() => expect(seen).toContain(question), 10_000);
      child.stdin.write(keys);
    }
    return { code: await closed, seen };
  }
  it("asks, writes and ends", async () => {
    const folder = await emptyFolder("typed");
    const { code, seen } = await typing(
      folder,
      ["Which regions?", ENTER],
      ["Which checks?", ENTER],
      ["Where is what it finds kept?", `kept${ENTER}`],
      ["Shall it tell Slack", `${DOWN}${ENTER}`],
      ["In which channel?", ENTER],
    );
    expect(seen).toContain("posture slack manifest --url");
    expect([code, seen]).toEqual([0, expect.stringContaining("is written.")]);
    expect((await loadConfig({ folder, defaults: firstPartyPlugins })).store).toBe("kept");
  });
  it("Ctrl-C ends it with 130, and nothing is written", async () => {
    const folder = await emptyFolder("stopped");
    expect(await typing(folder, ["Which regions?", CTRL_C])).toMatchObject({ code: 130 });
    expect(await readdir(folder)).toEqual([]);
  });
});
