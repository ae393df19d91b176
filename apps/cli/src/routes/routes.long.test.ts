import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, createPosture } from "@posture/runtime";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CommandLine, commandLine, type Ended, KEYS } from "../process.test.fixture.ts";

/* `posture routes`, each time a process of its own. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ACCOUNT = "111122223333";
const CONFIG = {
  store: "kept",
  slack: {
    accounts: { [ACCOUNT]: { name: "shop", organizationalUnit: "prod/shop", owner: "S0SHOP" } },
    owners: { tag: "owner", people: { ana: "U0ANA" } },
    routes: [
      {
        name: "on-call",
        when: { severities: ["critical"], organizationalUnits: ["prod/*"] },
        channel: "#urgent",
        own: ["critical"],
        continue: true,
      },
      { name: "storage", when: { services: ["s3"], tags: { team: "*" } }, channel: "#storage", owner: "S0STORE", broadcast: false },
      { name: "network", when: { services: ["network"] }, channel: "#network" },
      { name: "groups", when: { checks: ["security-group/*"] }, channel: "#groups" },
    ],
  },
};

let folder: string;
let posture: CommandLine;
let id: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-routes-"));
  posture = commandLine(folder);
  await writeFile(join(folder, "posture.config.mjs"), `export default ${JSON.stringify(CONFIG)};`);
  await writeFile(join(folder, "none.config.mjs"), "export default {};");
  const owners = { principal: true, people: { "ben@example.com": "U0BEN" } };
  await writeFile(join(folder, "made.config.mjs"), `export default ${JSON.stringify({ slack: { owners } })};`);
  const now = (): string => new Date().toISOString();
  const [aws, store] = await Promise.all([startAws({}), openStore(join(folder, "kept"), { now })]);
  const env = { ...process.env, ...KEYS, AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_DISABLED: "true" };
  const bot = await createPosture({ store, now, folder, env });
  try {
    await bot.sweep();
    const [public_] = (await bot.list()).filter(({ finding }) => finding.checkId === "s3/bucket-acl-public");
    id = public_?.id ?? "";
  } finally {
    await Promise.all([bot.close(), aws.close()]);
    await store.close();
  }
});
afterAll(() => rm(folder, { recursive: true }));

const routes = (...words: readonly string[]): Promise<Ended> => posture.run(["routes", ...words]);

describe("posture routes", () => {
  it("lists every route in order, what is left, and what nothing comes to", async () => {
    const { code, out, said } = await routes();
    expect([code, said]).toEqual([0, ""]);
    const lines = out.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, " | "));
    expect(lines).toEqual([
      "Route | Findings | Channel | How",
      "on-call | severity critical, unit prod/* | #urgent | messages of their own: critical; then the next is asked",
      "storage | service s3, tag team=* | #storage | messages of their own: critical, high; mentions S0STORE; reopenings in the thread alone",
      "network | service network | #network | messages of their own: critical, high",
      "groups | check security-group/* | #groups | messages of their own: critical, high",
      "all others | the bot's (SLACK_CHANNEL) | messages of their own: critical, high",
      "Nothing ever comes to groups: network before it takes all of its findings.",
      "",
    ]);
  });
  it("says where everything goes where there are none", async () => {
    const { out } = await routes("--config", "none.config.mjs");
    expect(out).toMatch(/every finding +the bot's \(SLACK_CHANNEL\) +messages of their own: critical, high\n$/);
  });
  it("is one JSON document too", async () => {
    const { routes: all, otherwise } = JSON.parse((await routes("list", "--format", "json")).out);
    expect(all.map((it_: { name: string; unreached: string | null }) => [it_.name, it_.unreached])).toEqual([
      ["on-call", null],
      ["storage", null],
      ["network", null],
      ["groups", "network before it takes all of its findings"],
    ]);
    expect(otherwise).toEqual({ channel: null, route: null, own: ["critical", "high"], owner: null, broadcast: true, quiet: null });
  });
});

describe("posture routes test", () => {
  it("says of a finding of the store where it goes and why", async () => {
    const { code, out, said } = await routes("test", id);
    expect([code, said]).toEqual([0, ""]);
    expect(out).toBe(`● Critical  s3/bucket-acl-public
  Where     account 111122223333 (shop), region eu-west-1
  Tags      team=platform

Routes
  ✓ on-call → #urgent: severity is critical; organisational unit is prod/shop; then the next is asked
  ✓ storage → #storage: service is s3; tag team is platform
  – network: not asked any more
  – groups: not asked any more

#urgent, by on-call
  Message   one of its own
  Mentions  S0SHOP: it has no tag owner, and account 111122223333 has this owner
  Quiet     never
  Reopening told in the channel too

#storage, by storage
  Message   one of its own
  Mentions  S0STORE: the route storage names it
  Quiet     never
  Reopening told in the thread alone
`);
  });
  it("says the same of a finding that is only described", async () => {
    const words = ["--check", "s3/bucket-acl-public", "--account", ACCOUNT, "--tag", "team=a", "--tag", "owner=zoe", "--region", "global"];
    const { out } = await routes("test", ...words, "--severity", "medium");
    expect(out).toMatch(
      /^■ Medium {2}s3\/bucket-acl-public\n {2}Where {5}account 111122223333 \(shop\), region global\n {2}Tags {6}team=a, owner=zoe\n/,
    );
    expect(out).toContain(
      "  ✗ on-call: severity is medium, not critical\n  ✓ storage → #storage: service is s3; tag team is a\n  – network: not asked any more\n",
    );
    expect(out).toContain(
      "  Message   in digests and lists; critical and high alone have a message of its own here\n  Mentions  S0STORE: the route storage names it\n",
    );
  });
  it("says of one without tags that nobody has read them, and which routes hang on that", async () => {
    const { out } = await routes("test", "--check", "s3/bucket-acl-public", "--severity", "low");
    expect(out).toContain("  Where     account unknown, region unknown\n  Tags      nobody has read them\n");
    expect(out).toContain("  ✗ storage: nobody has read its tags, so tag team is not known; the next sweep reads them if it may\n");
    expect(out).toContain("\nthe bot's (SLACK_CHANNEL), since no route matched\n  Message   in digests and lists;");
  });
  it("says that a tag names somebody whom nobody has entered, and mentions nobody then", async () => {
    const { out } = await routes(
      "test",
      "--check",
      "iam/root-access-key-active",
      "--account",
      ACCOUNT,
      "--tag",
      "owner=zoe",
      "--format",
      "json",
    );
    const { destinations } = JSON.parse(out);
    expect(destinations).toMatchObject([
      {
        channel: "#urgent",
        owner: null,
        ownerBecause: "tag owner is zoe, whom slack.owners.people does not have",
        hasOwnMessage: true,
        waitsUntil: null,
      },
    ]);
  });
  it.each([
    ["ben@example.com", "arn:aws:iam::000000000000:user/ben@example.com"],
    ["arn:aws:sts::111122223333:assumed-role/Admin/ben@example.com", "arn:aws:sts::111122223333:assumed-role/Admin/ben@example.com"],
  ])("says whom a change that somebody made calls: %s", async (who, by) => {
    const { out } = await routes(
      "test",
      "--config",
      "made.config.mjs",
      "--check",
      "security-group/ssh-open-to-internet",
      "--principal",
      who,
    );
    expect(out).toContain(`  Changed   by ${by}\n`);
    expect(out).toContain("  Mentions  U0BEN: ben@example.com called AWS\n");
  });
  it("mentions neither root nor a service for a change", async () => {
    const words = ["test", "--config", "made.config.mjs", "--check", "security-group/ssh-open-to-internet", "--principal"];
    expect((await routes(...words, "root")).out).toContain("root called AWS, and is nobody's to own");
    expect((await routes(...words, "autoscaling.amazonaws.com")).out).toContain(
      "autoscaling.amazonaws.com called AWS, and is nobody's to own",
    );
  });
  it.each<[string, readonly string[], string]>([
    [
      "what is no principal",
      ["--check", "s3/bucket-acl-public", "--principal", "arn:aws:s3:::bucket"],
      "Give the ARN of a principal of IAM or STS",
    ],
    ["nothing", [], "error: name a finding, or describe one with --check"],
    ["a finding and what describes another", ["001", "--tag", "a=b"], "error: 001 is a finding already; --tag would describe another one"],
    ["a misspelt check", ["--check", "s3/bucket-acl-pubic"], "There is no check s3/bucket-acl-pubic; did you mean s3/bucket-acl-public?"],
    ["a tag without a value", ["--check", "s3/bucket-acl-public", "--tag", "team"], "The tag of a resource is written as key=value."],
  ])("refuses %s, and says why", async (_, words, says) => {
    const { code, said } = await routes("test", ...words);
    expect([code, said]).toEqual([1, expect.stringContaining(says)]);
  });
});
