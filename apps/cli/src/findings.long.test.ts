import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, KEYS } from "./process.test.fixture.ts";

/* `posture findings` over a store that one sweep of the simulated AWS has filled. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const listed = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    finding: z.looseObject({
      checkId: z.string(),
      severity: z.string(),
      openedAt: z.string(),
      ref: z.looseObject({ region: z.string(), name: z.string(), accountId: z.string() }),
    }),
  }),
);

let folder: string;
let posture: CommandLine;
/** What `posture findings list` lists. */
let all: z.infer<typeof listed>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-findings-"));
  posture = commandLine(folder);
  const aws = await startAws({});
  await posture.run(["scan", "--quiet"], { ...KEYS, AWS_ENDPOINT_URL: aws.url });
  await aws.close();
  all = await findings("list");
});
afterAll(() => rm(folder, { recursive: true }));

async function findings(...words: readonly string[]): Promise<z.infer<typeof listed>> {
  return listed.parse(JSON.parse((await posture.run(["findings", ...words, "--format", "json"])).out));
}

describe("list", () => {
  it("is meant where no word stands, and where only options stand", async () => {
    expect(all.length).toBeGreaterThan(20);
    expect(await findings()).toEqual(all);
    expect((await findings("--severity", "low")).map(({ finding }) => finding.severity)).toEqual(
      all.map(({ finding }) => finding.severity).filter((severity) => severity === "low"),
    );
  });
  it("takes filters that must all hold, and of one given twice either value", async () => {
    const some = await findings("list", "--service", "s3", "--service", "network", "--region", "eu-west-1", "--account", "111122223333");
    const expected = all.filter(
      ({ finding: { checkId, ref } }) => /^(s3|security-group)\/|^encryption\/bucket/.test(checkId) && ref.region === "eu-west-1",
    );
    expect(expected.length).toBeGreaterThan(2);
    expect(some.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(await findings("list", "--account", "444455556666")).toEqual([]);
  });
  it("takes a check and a part of the text, in any case", async () => {
    const found = await findings("list", "--check", "s3/bucket-acl-public", "--text", "CRM-Exports");
    expect(found.map(({ finding }) => [finding.checkId, finding.ref.name])).toEqual([["s3/bucket-acl-public", "example-crm-exports"]]);
  });
  it("knows since when: today's are within a day, and none is from before", async () => {
    expect(await findings("list", "--since", "1d", "--until", "2999-12-31")).toEqual(all);
    expect(await findings("list", "--until", "1d")).toEqual([]);
  });
  it("sorts, and then shows severities in a column and not as headings", async () => {
    const oldest = await findings("list", "--sort", "age");
    expect(oldest.map(({ finding }) => finding.openedAt)).toEqual(oldest.map(({ finding }) => finding.openedAt).toSorted());
    expect(oldest.map(({ id }) => id)).not.toEqual(all.map(({ id }) => id));
    expect(await findings("list", "--sort", "severity")).toEqual(all);
    // The word of before says the same.
    const { out } = await posture.run(["findings", "list", "--sort", "oldest"]);
    expect(out.split("\n")[1]).toContain(oldest[0]?.id ?? "nothing");
  });
  it("says of an empty list that it is the filter's, and how to see more", async () => {
    const { out, code } = await posture.run(["findings", "list", "--text", "nowhere to be found"]);
    expect([code, out]).toEqual([0, "No findings that are open fit what was asked for. `posture findings` lists all that are open.\n"]);
  });
});

describe("show", () => {
  it("shows the same as the id without it", async () => {
    const [first] = await findings("--check", "s3/bucket-acl-public");
    const id = first?.id ?? "";
    const shown = await posture.run(["findings", "show", id.slice(0, 8)]);
    expect([shown.code, shown.said]).toEqual([0, ""]);
    expect(shown.out).toContain("Evidence");
    expect(shown).toEqual(await posture.run(["findings", id]));
    const [one, other] = await Promise.all([
      posture.run(["findings", "show", id, "--format", "json"]),
      posture.run(["findings", id, "--format", "json"]),
    ]);
    expect(JSON.parse(one.out)).toMatchObject({ id, status: "open" });
    expect(one).toEqual(other);
  });
  it("wants an id", async () => {
    const { code, said } = await posture.run(["findings", "show"]);
    expect([code, said]).toEqual([1, expect.stringContaining("posture findings show --help")]);
  });
});
