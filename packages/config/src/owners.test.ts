import type { AwsChange } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownerOf, personOf } from "./owners.ts";
import { finding, PROD, refusal, slackOf } from "./routing.test.fixture.ts";
import type { SlackSettings } from "./slack.ts";

const PEOPLE = { ana: "U0ANA", "Ben@example.com": "U0BEN", "arn:aws:iam::111122223333:user/deploy": "S0SHIP", root: "U0ROOT" } as const;
const AUTO = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/ana";
const ACCOUNTS = { [PROD]: { owner: "U0ACC" } };
const SETTINGS: SlackSettings = {
  owners: { tag: "owner", principal: true, people: { ...PEOPLE, "autoscaling.amazonaws.com": "U0AUTO" } },
  accounts: ACCOUNTS,
};
const NO_TAG = "it has no tag owner, and ";
const ACCOUNT_HAS = `account ${PROD} has this owner`;
const session = (name: string): string => `arn:aws:sts::111122223333:assumed-role/Admin/${name}`;
const by = (who: string | null): AwsChange => ({ eventId: "e", name: "PutBucketAcl", at: "2026-01-01T10:00:00.000Z", by: who });
const owner = (who: string | null, tags: Readonly<Record<string, string>> = {}, settings = SETTINGS): ReturnType<typeof ownerOf> =>
  ownerOf(null, finding({ tags, changed: by(who) }), slackOf(settings));

describe("whoever made the change after which a finding failed is its owner", () => {
  it.each([
    ["by the name of a user", "arn:aws:iam::111122223333:user/teams/ana", "U0ANA", "ana called PutBucketAcl"],
    ["by the name of a session", session("ANA"), "U0ANA", "ANA called PutBucketAcl"],
    ["by an e-mail as the name of a session", session("ben@EXAMPLE.com"), "U0BEN", "ben@EXAMPLE.com called PutBucketAcl"],
    ["by the whole ARN", "arn:aws:iam::111122223333:user/deploy", "S0SHIP", "deploy called PutBucketAcl"],
  ])("%s", (_, who, id, why) => {
    expect(owner(who)).toEqual({ id, why: `${NO_TAG}${why}` });
  });
  it.each([
    ["whom nobody has entered", session("zoe"), "zoe called PutBucketAcl, whom slack.owners.people does not have, and "],
    ["who is root", "arn:aws:iam::111122223333:root", "root called PutBucketAcl, and is nobody's to own, and "],
    ["that is an AWS service", "autoscaling.amazonaws.com", "autoscaling.amazonaws.com called PutBucketAcl, and is nobody's to own, and "],
    ["that is a service in its own role", AUTO, "ana called PutBucketAcl, and is nobody's to own, and "],
    ["of whom CloudTrail says nothing", null, "CloudTrail does not say who called PutBucketAcl, and "],
  ])("but not one %s: the account's is", (_, who, why) => {
    expect(owner(who)).toEqual({ id: "U0ACC", why: `${NO_TAG}${why}${ACCOUNT_HAS}` });
  });
  it("but not of one that no change event told of, or that is over", () => {
    const why = `${NO_TAG}no change event says who made it so, and ${ACCOUNT_HAS}`;
    expect(ownerOf(null, finding({ tags: {} }), slackOf(SETTINGS))).toEqual({ id: "U0ACC", why });
    const over = finding({ tags: {}, condition: "cleared", changed: by(session("ana")) });
    expect(ownerOf(null, over, slackOf(SETTINGS))).toEqual({ id: "U0ACC", why });
  });
  it("behind whom the route and the tag name, also where nobody is entered for the tag", () => {
    expect(ownerOf({ name: "r", owner: "S0R" }, finding({ changed: by(session("ana")) }), slackOf(SETTINGS)).id).toBe("S0R");
    expect(owner(session("ana"), { owner: "Ben@example.com" }).id).toBe("U0BEN");
    expect(owner(session("ana"), { owner: "zoe" }).id).toBeNull();
  });
  it("only where the configuration says so", () => {
    expect(owner(session("ana"), {}, { accounts: ACCOUNTS, owners: { tag: "owner", people: PEOPLE } })).toEqual({
      id: "U0ACC",
      why: `${NO_TAG}${ACCOUNT_HAS}`,
    });
    expect(personOf(session("ana"), { tag: "owner", people: PEOPLE })).toBeNull();
  });
  it("also where no tag says anything", () => {
    expect(owner(session("ana"), {}, { owners: { principal: true, people: PEOPLE } })).toEqual({
      id: "U0ANA",
      why: "ana called PutBucketAcl",
    });
    expect(slackOf({ owners: { principal: true, people: PEOPLE } }).tagged).toEqual([]);
  });
});

const WORDS = ["ana", "ANA", "zoe", "root", "toString", "__proto__", "", "a/b", "<@U0EVIL>"] as const;

it("whatever a principal is called, only ids of the configuration are mentioned, and case says nothing", () => {
  const name = fc.oneof(fc.constantFrom(...WORDS), fc.string());
  const who = fc.oneof(
    name.map(session),
    name,
    name.map((it_) => `arn:aws:iam::111122223333:user/${it_}`),
    fc.constant(null),
  );
  const known: readonly (string | null)[] = ["U0ACC", "U0AUTO", null, ...Object.values(PEOPLE)];
  fc.assert(
    fc.property(who, (principal) => {
      const { id } = owner(principal);
      expect(known).toContain(id);
      if (principal === null || !principal.startsWith("arn:")) expect(id).toBe("U0ACC");
      const { owners } = slackOf(SETTINGS);
      const again =
        principal?.replace(/[^/]*$/, (it_) => (it_.toUpperCase().toLowerCase() === it_.toLowerCase() ? it_.toUpperCase() : it_)) ?? null;
      if (principal?.startsWith("arn:aws:sts:")) expect(personOf(again, owners)).toBe(personOf(principal, owners));
    }),
  );
});

describe("the configuration is refused, which", () => {
  it("says of nothing who owns what", () => {
    expect(refusal({ owners: { people: PEOPLE } })).toContain("nothing says who owns what: give a `tag`, or `principal: true`");
  });
  it("has two people whose names are one but for their case, where principals are asked for", () => {
    const people = { ana: "U0ANA", Ana: "U0OTHER" };
    expect(refusal({ owners: { principal: true, people } })).toContain('is somebody else than "ana"');
    expect(slackOf({ owners: { tag: "owner", people } }).owners?.people).toEqual(people);
  });
});
