import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPosture, openStore, type Posture, serveStore, type SuppressionListed } from "@posture/runtime";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, type Ended, KEYS } from "./process.test.fixture.ts";

/* Suppressions as people type them: each command is a process of its own. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REASON = ["--reason", "Reviewed by the platform team."] as const;
const BUCKETS = ["--arn", "arn:aws:s3:::example-press-kit"] as const;

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-suppress-"));
  aws = await startAws({});
  posture = commandLine(folder);
  env = { ...KEYS, AWS_ENDPOINT_URL: aws.url };
  await posture.run(["scan", "--quiet"], env);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

const listed = z.array(
  z.object({ id: z.string(), state: z.string(), hides: z.number(), suppression: z.object({ by: z.object({ id: z.string() }) }) }),
);
const found = z.array(z.object({ id: z.string(), status: z.string(), finding: z.object({ ref: z.object({ arn: z.string() }) }) }));
async function run(...words: readonly string[]): Promise<Ended> {
  return posture.run(words, env);
}
async function suppressions(): Promise<z.infer<typeof listed>> {
  return listed.parse(JSON.parse((await run("suppressions", "--format", "json")).out));
}
async function hidden(): Promise<string[]> {
  const { out } = await run("findings", "--status", "suppressed", "--format", "json");
  return found.parse(JSON.parse(out)).map(({ id }) => id);
}
/** One sentence and a next step, on standard error, and nothing done. */
function expectRefused(ended: Ended, ...parts: readonly string[]): void {
  expect([ended.code, ended.out]).toEqual([1, ""]);
  for (const part of parts) expect(ended.said).toContain(part);
  expect(ended.said).not.toMatch(/\n\s+at |report it/);
}

describe("posture suppress", () => {
  it("hides one finding for a time and a reason, is listed with who and why, and is lifted by the finding's id", async () => {
    const { out } = await run("findings", "--severity", "critical", "--format", "json");
    const id = found.parse(JSON.parse(out))[0]?.id ?? "";
    const done = await run(
      "suppress",
      id.slice(0, 8),
      ...REASON,
      "--basis",
      "accepted-risk",
      "--ticket",
      "https://example.com/OPS-7",
      "--days",
      "7",
    );
    expect([done.code, done.said]).toEqual([0, ""]);
    expect(done.out).toContain("✔ Suppressed");
    expect(done.out).toContain("Hides 1 finding (1 critical).");
    expect(await hidden()).toEqual([id]);
    const shown = await run("suppressions", "show", id);
    expect(shown.out).toMatch(/Accepted risk: Reviewed by the platform team\..*https:\/\/example\.com\/OPS-7/s);
    expect(shown.out).toContain("arn:aws:iam::");
    expect(shown.out).toContain(id);
    expectRefused(await run("suppress", id, ...REASON), "suppressed already, by arn:aws:iam::");
    const lifted = await run("unsuppress", id);
    expect([lifted.code, lifted.said]).toEqual([0, ""]);
    expect(lifted.out).toContain("It hid 1 finding (1 critical).");
    expect(await hidden()).toEqual([]);
  });
  it("shows what a rule would hide and makes none without agreement; then hides exactly that", async () => {
    const preview = await run("suppress", ...BUCKETS, "--or", "--check", "iam/root-mfa-disabled", "--dry-run", "--format", "json");
    const { hides } = z.object({ preview: z.object({ hides: z.number() }) }).parse(JSON.parse(preview.out)).preview;
    expect(hides).toBeGreaterThan(1);
    expectRefused(await run("suppress", ...BUCKETS, ...REASON), "nobody is there to agree", "--yes");
    expect(await suppressions()).toEqual([]);
    const done = await run("suppress", ...BUCKETS, "--or", "--check", "iam/root-mfa-disabled", ...REASON, "--yes");
    expect(done.said).toBe("");
    expect(await hidden()).toHaveLength(hides);
    const [rule] = await suppressions();
    expect(rule).toMatchObject({ state: "in-force", hides });
    const one = (await hidden())[0] ?? "";
    expectRefused(await run("unsuppress", one), "has no suppression of its own", rule?.id ?? "none");
    expect((await run("suppressions", "extend", rule?.id ?? "", "--days", "30")).out).toContain("✔ Extended");
    expect((await run("suppressions")).out).toContain("arn arn:aws:s3:::example-press-kit");
    await run("unsuppress", rule?.id ?? "");
    expect((await run("suppressions")).out).toBe("Nothing is suppressed.\n");
  });
  it.each<[string, readonly string[], readonly string[]]>([
    ["neither a finding nor a rule", [...REASON], ["neither was named"]],
    ["both", ["001bf4", ...BUCKETS, ...REASON], ["both were named"]],
    ["no reason", ["001bf4"], ["the justification is too short", "--reason"]],
    ["too short a reason", ["001bf4", "--reason", "ok"], ["the justification is too short"]],
    ["too long a time", ["001bf4", ...REASON, "--days", "31"], ["by 30 days at most"]],
    ["a day that has passed", ["001bf4", ...REASON, "--until", "2020-01-01"], ["must lie in the future"]],
    ["an unknown check", ["--check", "iam/root-mfa-disable", "--dry-run"], ["did you mean iam/root-mfa-disabled"]],
    ["an unknown finding", ["ffffff", ...REASON], ["There is no finding ffffff"]],
  ])("refuses %s, and says what to do", async (_, words, parts) => expectRefused(await run("suppress", ...words), ...parts));
  it("says that there is nothing to lift where nothing is, and makes no store for it", async () => {
    expectRefused(await run("unsuppress", "s-none"), "No suppression that has not ended is called s-none");
    expectRefused(await run("unsuppress", "s-none", "--store", join(folder, "nowhere")), "There is no store");
  });
  it.each([["suppress"], ["unsuppress"], ["suppressions"], ["suppressions", "approve"], ["suppressions", "extend"]])(
    "has a help that begins with examples: %s %s",
    async (...words) => expect((await run(...words, "--help")).out).toContain("Examples:\n  posture "),
  );
});

describe("beside a process that holds the store", () => {
  it("everything goes through it, two people are needed where the configuration says so, and one is not two", async () => {
    const place = join(folder, "held");
    const config = join(folder, "approval.config.mjs");
    await writeFile(config, "export default { suppressions: { approval: { critical: true } } };");
    const now = (): string => new Date().toISOString();
    const store = await openStore(place, { now });
    const held = { ...process.env, ...env, AWS_EC2_METADATA_DISABLED: "true" };
    const holder: Posture = await createPosture({ store, now, folder, configFile: config, env: held });
    const server = await serveStore(holder);
    const through = (keys: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> =>
      posture.run([...words, "--store", place, "--config", config], keys);
    try {
      await holder.sweep();
      const critical = (await holder.list()).find(({ status, finding }) => status === "open" && finding.severity === "critical");
      const id = critical?.id ?? "";
      expectRefused(await through({}, "suppress", id, ...REASON), "a name that nobody vouches for", "AWS credentials");
      const asked = await through(env, "suppress", id, ...REASON);
      expect(asked.out).toContain("… Waits for approval");
      const [waiting]: readonly (SuppressionListed | undefined)[] = await holder.suppressions();
      expect(waiting).toMatchObject({ state: "waiting", hides: 0 });
      const named = waiting?.id ?? "";
      expectRefused(await through(env, "suppressions", "approve", named), "whoever asked cannot approve");
      expectRefused(await through({}, "suppressions", "approve", named), "needs a second person");
      const declined = await through({}, "suppressions", "decline", named);
      expect(declined.out).toContain("✔ Declined");
      await through(env, "suppress", id, ...REASON);
      const [again] = await holder.suppressions();
      const bob = { kind: "user", id: "U2", via: "slack" } as const;
      expect((await holder.approve(again?.suppression.id ?? "", bob)).kind).toBe("done");
      expect((await holder.find(id)).status).toBe("suppressed");
      const lifted = await through({}, "unsuppress", id);
      expect(lifted.out).toContain("It hid 1 finding (1 critical).");
      expect((await holder.find(id)).status).toBe("open");
    } finally {
      await server.close();
      await holder.close();
      await store.close();
    }
  });
});
