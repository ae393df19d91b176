import type { Rule } from "@posture/core";
import { describe, expect, it } from "vitest";
import { loadChecks } from "./checks.ts";
import {
  ACCOUNT,
  ALL_PORTS,
  ann,
  aws,
  bob,
  BOTH,
  BUCKETS,
  days,
  eventsOf,
  fileOf,
  findingOf,
  hiddenIn,
  idOf,
  namesOf,
  REASON,
  SITE,
  SSH,
  swept,
  tagged,
  tagReads,
  folder,
} from "./suppressing.test.fixture.ts";

describe("a suppression by rule", () => {
  it("hides what its preview said, of all its sets, and lifting it shows all of that at once", async () => {
    const given = await swept();
    const { preview } = await given.posture.preview({ rule: BOTH });
    expect(namesOf(preview.hidden)).toEqual([`${SITE} dev-site`, `${SITE} prod-site`, `${ALL_PORTS} sg-0000000a`]);
    expect(namesOf(preview.uncovered)).toContain(`${SSH} sg-0000000a`);
    const answer = await given.posture.suppress({ rule: BOTH, justification: REASON, by: ann });
    expect(answer).toMatchObject({ kind: "suppressed", finding: null });
    expect(await hiddenIn(given)).toEqual(namesOf(preview.hidden));
    expect((await findingOf(given, SSH, "sg-0000000a")).status).toBe("open");
    const told = given.changes.splice(0).filter(({ after }) => after.status === "suppressed");
    expect(namesOf(told.map(({ after }) => after.finding))).toEqual(namesOf(preview.hidden));

    expect(await given.posture.lift(idOf(answer), bob)).toEqual({ kind: "lifted" });
    expect(await hiddenIn(given)).toEqual([]);
    const shown = given.changes.filter(({ after }) => after.status === "open");
    expect(namesOf(shown.map(({ after }) => after.finding))).toEqual(namesOf(preview.hidden));
    expect((await eventsOf(given)).map(({ type, note, actor }) => [type, note, actor])).toEqual([
      ["suppressed", REASON, ann],
      ["suppression-ended", "lifted", bob],
    ]);
  });
  it("is shown with what it hides now, and found by the beginning of its id", async () => {
    const given = await swept();
    const id = idOf(await given.posture.suppress({ rule: BUCKETS, justification: REASON, by: ann }));
    const [listed] = await given.posture.suppressions();
    expect(listed).toMatchObject({ suppression: { id }, state: "in-force", hides: (await hiddenIn(given)).length, tagsUnread: 0 });
    expect((await given.posture.suppressionNamed(listed?.id ?? "")).suppression.id).toBe(id);
    const { fingerprint } = await findingOf(given, SITE, "dev-site");
    await expect(given.posture.suppressionNamed(fingerprint)).rejects.toMatchObject({ code: "POSTURE_SUPPRESSION_BY_RULE" });
    await expect(given.posture.suppressionNamed("s-none")).rejects.toMatchObject({ code: "POSTURE_SUPPRESSION_UNKNOWN" });
  });
  it("by a check that does not exist is refused with the nearest one", async () => {
    const { posture } = await swept();
    const rule = { checks: ["s3/bucket-website-enable"] };
    await expect(posture.suppress({ rule, justification: REASON, by: ann })).rejects.toThrow(SITE);
  });
  it.each<[string, Rule]>([
    ["that has no sets", { sets: [] }],
    ["with a set that names nothing", { sets: [{ checks: [SITE] }, {}] }],
    ["with an empty list", { checks: [SITE], accounts: [] }],
    ["with a tag that has no values", { tags: { env: [] } }],
    ["with no tags where some are meant", { tags: {} }],
  ])("%s is refused, and that is in the audit", async (_, rule) => {
    const given = await swept();
    expect(await given.posture.suppress({ rule, justification: REASON, by: ann })).toEqual({ kind: "refused", why: "rule-names-nothing" });
    expect((await eventsOf(given)).map(({ type, note, actor }) => [type, note, actor])).toEqual([
      ["suppression-refused", "rule-names-nothing", ann],
    ]);
  });
  it("may last as long as the gravest that it may ever hide allows", async () => {
    const { posture } = await swept({ overrides: [{ regions: ["us-east-1"], checks: { [SITE]: { severity: "high" } } }] });
    const most = async (rule: Rule): Promise<number> => (await posture.preview({ rule })).limits.maxDays;
    expect(await most({ arns: ["arn:aws:s3:::quiet"] })).toBe(30);
    expect(await most({ checks: ["s3/bucket-https-not-enforced"] })).toBe(365);
    expect(await most({ checks: [SITE] })).toBe(90);
    expect(await most({ sets: [{ checks: ["s3/bucket-https-not-enforced"] }, { regions: ["us-east-1"] }] })).toBe(30);
    const rule = { checks: [SITE] };
    expect(await posture.suppress({ rule, justification: REASON, by: ann, expiresAt: days(91) })).toMatchObject({
      why: "expiry-out-of-range",
    });
    expect(await posture.suppress({ rule, justification: REASON, by: ann, expiresAt: days(89) })).toMatchObject({ kind: "suppressed" });
  });
});

describe("a rule that names tags", () => {
  const DEV: Rule = { checks: [SITE], tags: { env: ["dev"] } };
  it("says what it leaves out, has the next sweep read the tags of what fails and it may hold, and then hides it", async () => {
    const given = await swept();
    expect(tagReads()).toEqual([]);
    const { preview } = await given.posture.preview({ rule: DEV });
    expect([namesOf(preview.hidden), namesOf(preview.tagsUnread)]).toEqual([[], [`${SITE} dev-site`, `${SITE} prod-site`]]);
    const id = idOf(await given.posture.suppress({ rule: DEV, justification: REASON, by: ann }));
    expect(await given.posture.suppressions()).toMatchObject([{ hides: 0, tagsUnread: 2 }]);
    await given.posture.sweep();
    expect(tagReads()).toEqual(["dev-site", "prod-site"]);
    expect(await hiddenIn(given)).toEqual([`${SITE} dev-site`]);
    expect(await given.posture.suppressions()).toMatchObject([{ hides: 1, tagsUnread: 0 }]);
    const { fingerprint } = await findingOf(given, SITE, "prod-site");
    expect((await eventsOf(given)).filter(({ type, subject }) => type === "tags-changed" && subject === fingerprint)).toHaveLength(1);
    await given.posture.lift(id, ann);
    aws.clearCalls();
    await given.posture.sweep();
    expect(tagReads()).toEqual([]);
  });
  it("follows a tag that changes, by a re-check as by a sweep", async () => {
    const given = await swept();
    await given.posture.suppress({ rule: DEV, justification: REASON, by: ann });
    await given.posture.sweep();
    aws.patchWorld({ accounts: [{ id: ACCOUNT, buckets: [{ Name: "dev-site", ...tagged("prod") }] }] });
    await given.posture.recheck((await findingOf(given, SITE, "dev-site")).fingerprint, ann);
    expect(await findingOf(given, SITE, "dev-site")).toMatchObject({ status: "open", tags: { env: "prod" } });
  });
  it("costs no call where the listing brings the tags", async () => {
    const given = await swept();
    const calls = (): number => aws.calls().filter(({ service }) => service === "ec2").length;
    const plain = calls();
    await given.posture.suppress({ rule: { checks: [ALL_PORTS], tags: { env: ["dev"] } }, justification: REASON, by: ann });
    aws.clearCalls();
    await given.posture.sweep();
    expect(calls()).toBe(plain);
    expect(await hiddenIn(given)).toEqual([`${ALL_PORTS} sg-0000000a`]);
  });
  it("hides nothing where tags may not be read, and the report names the action", async () => {
    const given = await swept();
    aws.addFault({ operation: "s3:GetBucketTagging", kind: "denied" });
    await given.posture.suppress({ rule: DEV, justification: REASON, by: ann });
    const { unread } = await given.posture.sweep();
    expect(await hiddenIn(given)).toEqual([]);
    expect(await given.posture.suppressions()).toMatchObject([{ hides: 0, tagsUnread: 2 }]);
    expect(unread).toContainEqual(expect.objectContaining({ call: "s3:GetBucketTagging", missing: ["s3:GetBucketTagging"] }));
  });
  it("has its permission in the policy where the configuration says that there will be such rules", async () => {
    const actionsOf = async (config: object): Promise<readonly string[]> =>
      (await loadChecks({ folder, file: fileOf(config) })).policy.Statement[0].Action;
    expect(await actionsOf({})).not.toContain("s3:GetBucketTagging");
    expect(await actionsOf({ suppressions: { byTag: true } })).toContain("s3:GetBucketTagging");
  });
});
