import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CommandLine, commandLine, KEYS } from "../process.test.fixture.ts";

/* What goes wrong with change events, as a person meets it: each command is a process of its own. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/posture-events";
let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-events-"));
  aws = await startAws({});
  posture = commandLine(folder);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

describe("the template says what it cannot be made of", () => {
  it.each<[string, readonly string[], string]>([
    ["a misspelt command", ["templat"], "(Did you mean template?)"],
    ["a format that there is not", ["template", "--format", "yaml"], "Allowed choices are cloudformation, terraform."],
    ["a region that is none", ["template", "--regions", "mars"], "A region's name looks like eu-west-1."],
    ["regions with commas", ["template", "--regions", "eu-west-1,us-west-2"], "Put blanks between regions"],
    ["a home that is none", ["template", "--home", "global"], "A region's name looks like eu-west-1."],
    ["two partitions", ["template", "--home", "us-gov-west-1", "--regions", "eu-west-1"], "No event gets from eu-west-1 to us-gov-west-1"],
  ])("%s", async (_, words, says) => {
    const { code, out, said } = await posture.run(["events", ...words]);
    expect([code, out]).toEqual([1, ""]);
    expect(said).toContain(says);
  });
  it("a text in AWS_REGION that is no region", async () => {
    const { code, out, said } = await posture.run(["events", "template"], { AWS_REGION: "rubbish" });
    expect([code, out, said]).toEqual([1, "", expect.stringMatching(/AWS_REGION is "rubbish"[^]*Set AWS_REGION to one such as us-east-1/)]);
  });
  it("and takes the home of a partition whose regions are the only ones that are named", async () => {
    const { code, out } = await posture.run(["events", "template", "--regions", "us-gov-east-1"], { AWS_REGION: "" });
    expect([code, out]).toEqual([0, expect.stringContaining("Default: us-gov-west-1")]);
  });
});

describe("a queue that is given wrongly is named, with the place and the next step", () => {
  it.each(["permissions", "doctor"])("in the variable, by posture %s", async (command) => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: aws.url, POSTURE_EVENT_QUEUE: "rubbish" };
    const { code, out, said } = await posture.run([command, ...(command === "doctor" ? ["--no-permissions"] : [])], env);
    expect([code, out + said]).toEqual([
      command === "doctor" ? 2 : 1,
      expect.stringMatching(
        /POSTURE_EVENT_QUEUE: "rubbish" is none: the URL of a queue is https:[^]*Copy its URL from the output QueueUrl/,
      ),
    ]);
  });
  it.each<[string, object, string]>([
    ["nothing", {}, "events.queue"],
    ["the URL alone", [QUEUE], "it is an object that names a queue"],
    ["another region than its URL's", { queue: QUEUE, region: "us-east-1" }, "is in eu-west-1, and us-east-1 is given as its region"],
  ])("in the configuration, as %s", async (_, events, says) => {
    await writeFile(join(folder, "wrong.config.mjs"), `export default ${JSON.stringify({ events })};`);
    const { code, out, said } = await posture.run(["permissions", "--config", "wrong.config.mjs"]);
    expect([code, out]).toEqual([1, ""]);
    expect(said).toContain(says);
    expect(said).toContain("docs/guide/configuration.md");
  });
  it("in another account, by posture doctor, which asks for the account in its URL", async () => {
    const queue = "https://sqs.us-east-1.amazonaws.com/444455556666/posture-events";
    const env = { ...KEYS, AWS_ENDPOINT_URL: aws.url, AWS_REGION: "us-east-1", POSTURE_EVENT_QUEUE: queue };
    const { code, out } = await posture.run(["doctor", "--no-permissions"], env);
    expect([code, out]).toEqual([2, expect.stringMatching(/There is no queue \S+: [^.]+\.\s+→ Check account, region and name in its URL/)]);
  });
});

it("every command that there is stands in the guide", async () => {
  const guide = await readFile(new URL("../../../../docs/guide/command-line.md", import.meta.url), "utf8");
  const { out } = await posture.run(["--help"]);
  const commands = [...out.slice(0, out.indexOf("Start here")).matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name = ""]) => name);
  expect(commands.length).toBeGreaterThan(15);
  expect(commands.filter((name) => name !== "help" && !new RegExp(`^\\| \`${name}[\` ]`, "m").test(guide))).toEqual([]);
});
