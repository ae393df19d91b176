import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slackManifest } from "@posture/runtime";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { parse } from "yaml";
import { stepsFor, wayOf } from "../commands/slack.ts";
import { type CommandLine, commandLine } from "../process.test.fixture.ts";
import { manifestText } from "./manifest-text.ts";

/* `posture slack manifest`: what is printed is what Slack is given, and the way from there. */

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-manifest-"));
  posture = commandLine(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const HTTP = { kind: "http", url: "https://posture.example.com/slack/events" } as const;

describe("the command", () => {
  it("prints YAML and nothing else, and says on standard error what to do with it", async () => {
    const { code, out, said } = await posture.run(["slack", "manifest", "--url", "https://posture.example.com"]);
    expect([code, parse(out, { strict: true })]).toEqual([0, slackManifest(HTTP)]);
    expect(said).toContain("1. Create the app at https://api.slack.com/apps");
    expect(said).toContain("SLACK_SIGNING_SECRET");
    expect(said).not.toContain("SLACK_APP_TOKEN");
  });
  it("prints JSON for Socket Mode", async () => {
    const { code, out, said } = await posture.run(["slack", "manifest", "--socket", "--format", "json"]);
    expect([code, JSON.parse(out)]).toEqual([0, slackManifest({ kind: "socket" })]);
    expect(said).toContain("connections:write");
  });
  it.each([
    [["--url", "http://posture.example.com"], "Slack takes only https addresses"],
    [["--socket", "--url", "https://posture.example.com"], "cannot be used with option '--socket'"],
    [["--format", "toml"], "yaml, json"],
  ])("refuses %j in a sentence, and prints nothing", async (words, sentence) => {
    const { code, out, said } = await posture.run(["slack", "manifest", ...words]);
    expect([code, out]).toEqual([1, ""]);
    expect(said).toContain(sentence);
  });
});

test("both formats say the same", () =>
  expect(parse(manifestText(HTTP, "yaml"), { strict: true })).toEqual(JSON.parse(manifestText(HTTP, "json"))));
test("where no address was named, the sample has to be replaced first", () => {
  const way = wayOf({});
  expect(way).toEqual(HTTP);
  expect(stepsFor(HTTP, true)[0]).toContain("in the place of https://posture.example.com");
});
