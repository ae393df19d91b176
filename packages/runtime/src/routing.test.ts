import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { destinationsOf, quietUntil, unreachedRoutes } from "@posture/config";
import type { CheckId, Severity } from "@posture/core";
import { describe, expect, it } from "vitest";
import { loadChecks } from "./checks.ts";
import {
  ACCOUNT,
  ALL_PORTS,
  ann,
  aws,
  fileOf,
  findingOf,
  folder,
  type Given,
  SITE,
  SSH,
  swept,
  tagged,
  tagReads,
} from "./suppressing.test.fixture.ts";

/* Routes as people write them, on what a sweep of a simulated account finds. */

const BY_TAG = {
  slack: {
    routes: [
      { name: "prod", when: { tags: { env: "prod" }, checks: [SITE] }, channel: "#prod" },
      { name: "network", when: { services: ["network"] }, channel: "#network" },
    ],
  },
};
const BY_OWNER = { slack: { owners: { tag: "env", people: { prod: "S0PROD" } } } };

async function told(given: Given, check: string, name: string): Promise<unknown> {
  return given.posture.route(await findingOf(given, check, name)).map(({ channel, route, owner }) => ({ channel, route, owner }));
}

describe("a route on tags", () => {
  it("takes what has the tag from the sweep on that finds it, since a sweep reads the tags of what fails and may be taken", async () => {
    const given = await swept(BY_TAG);
    expect(tagReads()).toEqual(["dev-site", "prod-site"]);
    expect(await told(given, SITE, "prod-site")).toEqual([{ channel: "#prod", route: "prod", owner: null }]);
    expect(await told(given, SITE, "dev-site")).toEqual([{ channel: null, route: null, owner: null }]);
    const site = { Name: "new-site", BucketRegion: "us-east-1", WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } };
    aws.patchWorld({ accounts: [{ id: ACCOUNT, buckets: [{ ...site, ...tagged("prod") }] }] });
    await given.posture.sweep();
    const [change] = given.changes.filter(({ after }) => after.finding.checkId === SITE && after.finding.ref.name === "new-site");
    expect(change?.before).toBeNull();
    // What is announced has its tags already, so that its first message goes where it belongs.
    expect(change && given.posture.route(change.after.finding)).toMatchObject([{ channel: "#prod" }]);
  });
  it("follows a tag that changes, by a re-check as by a sweep", async () => {
    const given = await swept(BY_TAG);
    aws.patchWorld({ accounts: [{ id: ACCOUNT, buckets: [{ Name: "dev-site", ...tagged("prod") }] }] });
    await given.posture.recheck((await findingOf(given, SITE, "dev-site")).fingerprint, ann);
    expect(await told(given, SITE, "dev-site")).toMatchObject([{ channel: "#prod" }]);
  });
  it("takes nothing where tags may not be read, and nothing is lost", async () => {
    aws.addFault({ operation: "s3:GetBucketTagging", kind: "denied" });
    const given = await swept(BY_TAG);
    expect(await told(given, SITE, "prod-site")).toEqual([{ channel: null, route: null, owner: null }]);
    expect(await told(given, ALL_PORTS, "sg-0000000a")).toMatchObject([{ channel: "#network" }]);
  });
});

describe("an owner by tag", () => {
  it("is whom the tag names, and nobody whom nobody has entered", async () => {
    const given = await swept(BY_OWNER);
    expect(await told(given, SITE, "prod-site")).toMatchObject([{ channel: null, owner: "S0PROD" }]);
    expect(await told(given, SITE, "dev-site")).toMatchObject([{ channel: null, owner: null }]);
  });
});

describe("tags for routes and owners", () => {
  it("are not read where neither names one", async () => {
    const given = await swept({ slack: { routes: [{ channel: "#all", when: { severities: ["critical"] } }] } });
    expect(tagReads()).toEqual([]);
    expect(await told(given, ALL_PORTS, "sg-0000000a")).toMatchObject([{ channel: "#all" }]);
  });
  it.each([
    ["routes", BY_TAG],
    ["owners", BY_OWNER],
  ])("are in the permissions where %s name one", async (_, config) => {
    const { policy } = await loadChecks({ folder, file: fileOf(config) });
    expect(policy.Statement[0].Action).toContain("s3:GetBucketTagging");
  });
});

describe("the guide", () => {
  const guide = readFileSync(new URL("../../../docs/guide/routing.md", import.meta.url), "utf8");
  const examples = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) =>
    code.replace('import { defineConfig } from "@posture/config";', "const defineConfig = (config) => config;"),
  );
  const loaded = (i: number): ReturnType<typeof loadChecks> => {
    const file = join(folder, `guide.${i}.config.mjs`);
    writeFileSync(file, examples[i] ?? "");
    return loadChecks({ folder, file });
  };
  it("has examples that are taken as they stand, with nothing in them that is never reached", async () => {
    expect(examples).toHaveLength(4);
    for (const i of examples.keys()) {
      const { slack, checks } = await loaded(i);
      expect(
        unreachedRoutes(
          slack,
          checks.map(({ check }) => check),
        ),
      ).toEqual([]);
    }
  });
  it.each<[Severity, CheckId, string, readonly (string | null)[]]>([
    ["critical", SSH, "111122223333", ["#security-urgent", "#network"]],
    ["high", SSH, "444455556666", ["#network"]],
    ["high", SITE, "444455556666", ["#playground"]],
    ["high", SITE, "111122223333", [null]],
  ])("says truly where a finding goes that is %s, of %s, in account %s", async (severity, checkId, accountId, expected) => {
    const { slack, infos } = await loaded(0);
    const traits = infos.find(({ id }) => id === checkId) ?? null;
    const where = destinationsOf({ severity, checkId, ref: { accountId, region: "eu-west-1" } }, traits, slack);
    expect(where.map(({ channel }) => channel)).toEqual(expected);
  });
  it("says truly when a Friday's finding is posted", async () => {
    const { quiet } = (await loaded(3)).slack;
    expect(quiet && quietUntil(quiet, "2026-01-16T21:00:00.000Z")).toBe("2026-01-19T06:00:00.000Z");
  });
});
