import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, type Ended, KEYS } from "./process.test.fixture.ts";

/* Who sees to a finding, as people type it: each command is a process of its own. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const BEN = "U024BE7LH";

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
let env: Readonly<Record<string, string>>;
/** The gravest findings. */
let first: string;
let second: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-assign-"));
  aws = await startAws({});
  posture = commandLine(folder);
  env = { ...KEYS, AWS_ENDPOINT_URL: aws.url };
  await run("scan", "--quiet");
  [first = "", second = ""] = await idsOf("list");
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

async function run(...words: readonly string[]): Promise<Ended> {
  return posture.run(words, env);
}
const listed = z.array(z.object({ id: z.string() }));
async function idsOf(...words: readonly string[]): Promise<readonly string[]> {
  return listed.parse(JSON.parse((await run("findings", ...words, "--format", "json")).out)).map(({ id }) => id);
}

describe("posture assign", () => {
  it("says who sees to a finding, whose id may be shortened; lists, shows and exports have it, and so has its story", async () => {
    const all = await idsOf("list");
    const done = await run("assign", first.slice(0, 8), BEN);
    expect([done.code, done.said]).toEqual([0, ""]);
    expect(done.out).toContain(`${first}  Assigned to ${BEN}.`);
    expect((await run("assign", first, BEN)).out).toContain("It was so already");
    expect(await idsOf("list", "--assignee", BEN)).toEqual([first]);
    expect((await run("findings", "list")).out).toMatch(new RegExp(`${first}.* ${BEN} `));
    expect(await idsOf("list", "--assignee", "none")).toEqual(all.filter((id) => id !== first));
    expect(await idsOf("list", "--assignee", BEN, "--assignee", "none")).toEqual(all);
    expect((await run("findings", "show", first)).out).toContain(`Assigned    to ${BEN} by arn:aws:iam::`);
    const exported = await run("export", "--assignee", BEN, "--format", "json");
    expect(JSON.parse(exported.out)).toMatchObject({ filter: { assignees: [BEN] }, findings: [{ id: first, assignee: { id: BEN } }] });
    expect((await run("unassign", first)).out).toContain("✔ No longer assigned");
    expect((await run("findings", "list")).out).not.toContain("Assignee");
    const { out: story } = await run("audit", "show", first);
    expect(story).toMatch(new RegExp(`Assigned\\b.*${BEN}.*No longer assigned\\b.*${BEN}`, "s"));
    expect((await run("audit", "list", "--type", "assigned", "--format", "json")).out.match(/"assigned"/g)).toHaveLength(1);
    expect((await run("audit", "verify", "--quiet")).code).toBe(0);
  });
  it("takes me for whoever the credentials belong to, and answers in JSON", async () => {
    const { out, code } = await run("assign", second, "me", "--format", "json");
    expect(code).toBe(0);
    const { finding } = z
      .object({ changed: z.literal(true), finding: z.object({ assignee: z.object({ id: z.string() }) }) })
      .parse(JSON.parse(out));
    expect(finding.assignee.id).toMatch(/^arn:aws:iam::111122223333:/);
    expect(await idsOf("list", "--assignee", "me")).toEqual([second]);
    // Without credentials, whoever asks is another one.
    expect((await posture.run(["findings", "list", "--assignee", "me"])).out).toContain("No findings that are open fit");
  });
  it("is completed: the finding, and whoever sees to something already", async () => {
    const answer = async (...words: readonly string[]): Promise<string> => (await posture.run(["complete", "zsh", "--", ...words])).out;
    await run("assign", first, BEN);
    expect(await answer("assig")).toBe("assign\tsay who sees to a finding\n");
    expect(await answer("assign", first.slice(0, 6))).toContain(`${first}\t`);
    expect(await answer("assign", first, "")).toMatch(new RegExp(`^me\t\n${BEN}\t\narn:aws:iam::.*\t\n$`));
    expect(await answer("findings", "--assignee", "")).toMatch(new RegExp(`^me\t\nnone\t\n${BEN}\t\n`));
  });
  it.each<[string, readonly string[], string]>([
    ["an unknown finding", ["assign", "ffffff", BEN], "There is no finding ffffff"],
    ["a name", ["assign", "001bf4", "@ana"], "Several people may have that name"],
    ["nobody named", ["assign", "001bf4"], "missing required argument 'user'"],
    ["an unknown finding", ["unassign", "ffffff"], "There is no finding ffffff"],
    ["no store", ["unassign", "001bf4", "--store", "nowhere"], "There is no store"],
    ["a name to filter by", ["findings", "list", "--assignee", "@ana"], "Several people may have that name"],
  ])("refuses %s, and says what to do", async (_, words, says) => {
    const { code, out, said } = await run(...words);
    expect([code, out]).toEqual([1, ""]);
    expect(said).toContain(says);
    expect(said).not.toMatch(/\n\s+at |report it/);
  });
});
