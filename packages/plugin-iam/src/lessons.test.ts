import { type Check, DAY, type ResourceRef } from "@posture/core";
import { accountRef, type RootUse } from "@posture/resources-aws/iam";
import { unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import {
  ACCOUNT,
  ago,
  ALICE,
  ALL,
  DEPLOY,
  inline,
  INLINE,
  KEY,
  managed,
  policy,
  reported,
  roleAt,
  ROOT,
  SIGN_IN,
} from "./given.fixture.ts";
import plugin, {
  accessKeyTooOld,
  accessKeyUnused,
  roleCrossAccountNoExternalId,
  roleTrustsAnyone,
  roleWildcardPolicy,
  rootAccessKeyActive,
  rootMfaDisabled,
  rootRecentlyUsed,
  userAdministratorAccess,
  userConsoleNoMfa,
  userInlineWildcard,
} from "./index.ts";
import { outcome } from "./judging.fixture.ts";

const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;
const NO_MFA = { mfaEnabled: false, accessKeysPresent: false, passwordPresent: false, signingCertificatesPresent: false };
const REFS: Readonly<Record<string, ResourceRef>> = {
  "AWS::::Account": ROOT,
  "AWS::IAM::User": ALICE,
  "AWS::IAM::AccessKey": KEY,
  "AWS::IAM::UserPolicy": INLINE,
  "AWS::IAM::Role": DEPLOY,
};

const said = (...asked: Parameters<typeof outcome>): string => outcome(...asked).status;
const denied = ({ needs, mayNeed }: Check): Record<string, unknown> =>
  Object.fromEntries([...needs, ...mayNeed].map((name) => [name, unreadable("denied")]));

/** What the three checks on permissions say of one statement: attached to a user, inline, attached to a role. */
function permitted(...statements: readonly unknown[]): readonly string[] {
  const attached = { permissions: managed(OPS, policy(...statements)) };
  return [
    said(userAdministratorAccess, ALICE, attached),
    said(userInlineWildcard, INLINE, { document: policy(...statements) }),
    said(roleWildcardPolicy, DEPLOY, { ...attached, profile: { boundary: null, lastUsed: null } }),
  ];
}
const everywhere = (status: string): readonly string[] => [status, status, status];

const VENDOR = "arn:aws:iam::999988887777:root";
const assumedBy = (Principal: unknown): object => ({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });

function federated(condition: object): string {
  const Principal = { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` };
  const trust = policy({ Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition: condition });
  return said(roleTrustsAnyone, DEPLOY, { trust });
}

describe("what other scanners were reported for, and these checks do not do:", () => {
  it.each(plugin.checks.map((check) => [check.id, check] as const))(
    "%s takes access denied neither for a pass (prowler 327, 12872) nor for a fail (prowler 971)",
    (_, check) => {
      const ref = REFS[check.resource.type];
      if (ref === undefined) throw new Error(`there is no example of ${check.resource.type}`);
      expect(outcome(check, ref, denied(check))).toMatchObject({ status: "unknown", reason: "denied" });
    },
  );
});

describe("of the root user, others were reported for this:", () => {
  it("an account whose root credentials the organization removed has no MFA to ask for (ScoutSuite 1710; prowler 5804)", () =>
    expect(said(rootMfaDisabled, ROOT, { summary: NO_MFA, rootSignIn: { ...SIGN_IN, password: "no" } })).toBe("not-applicable"));
  it("that the organization could manage root credentials does not hide those that are there (prowler pull 7967)", () => {
    for (const left of [{ passwordPresent: true }, { accessKeysPresent: true }, { signingCertificatesPresent: true }])
      expect(said(rootMfaDisabled, ROOT, { summary: { ...NO_MFA, ...left }, rootSignIn: SIGN_IN })).toBe("fail");
  });
  it("root of GovCloud cannot sign in, and needs no MFA for that (ScoutSuite 1132)", () => {
    const given = { summary: { ...NO_MFA, passwordPresent: null }, rootSignIn: { ...SIGN_IN, password: "not-supported" } };
    expect(said(rootMfaDisabled, accountRef("aws-us-gov", ACCOUNT), given)).toBe("not-applicable");
    expect(said(rootMfaDisabled, ROOT, given)).toBe("fail");
  });
  it("a root key that is used is root that is used, whoever signed in last, and with either key (prowler 464, pull 487)", () => {
    const signIn: RootUse = { how: "password", at: ago(400 * DAY), what: "a console sign-in" };
    const root = (...uses: readonly RootUse[]): string => said(rootRecentlyUsed, ROOT, { rootActivity: reported(...uses), rootTrail: [] });
    expect(root(signIn)).toBe("pass");
    for (const how of ["access-key-1", "access-key-2"] as const)
      expect(root(signIn, { how, at: ago(DAY), what: "s3 in us-east-1" })).toBe("fail");
  });
  it("a report that is older than a root key does not hide the key (prowler 3176)", () => {
    const summary = { ...NO_MFA, accessKeysPresent: true };
    expect(outcome(rootAccessKeyActive, ROOT, { summary, rootKeys: [] })).toMatchObject({ status: "fail", messageId: "present" });
  });
  it("a report that does not show the MFA device yet does not take it away (prowler 1877)", () => {
    const mfa = (mfaEnabled: boolean): string =>
      said(rootMfaDisabled, ROOT, { summary: { ...NO_MFA, passwordPresent: true, mfaEnabled }, rootSignIn: { ...SIGN_IN, mfa: false } });
    expect([mfa(true), mfa(false)]).toEqual(["pass", "fail"]);
  });
});

describe("of users, others were reported for this:", () => {
  it("a report that is not there is not a report that shows no device (prowler 378)", () => {
    const unread = { console: unreadable("not-ready"), mfa: unreadable("not-ready") };
    expect(said(userConsoleNoMfa, ALICE, unread)).toBe("unknown");
    expect(said(userConsoleNoMfa, ALICE, { console: true, mfa: false })).toBe("fail");
  });
});

describe("of access keys, others were reported for this:", () => {
  it("an inactive key is not too old (prowler pull 1929)", () => {
    const old = (active: boolean): string => said(accessKeyTooOld, KEY, { key: { active, createdAt: ago(400 * DAY) } });
    expect([old(false), old(true)]).toEqual(["not-applicable", "fail"]);
  });
  it("a key that was made just now is not unused (prowler 645)", () => {
    const never = (days: number): string => {
      const lastUsed = { at: null, service: null, region: null };
      return said(accessKeyUnused, KEY, { key: { active: true, createdAt: ago(days * DAY) }, lastUsed });
    };
    expect([never(2), never(46)]).toEqual(["pass", "fail"]);
  });
});

describe("of permissions, others were reported for this:", () => {
  it("a service's name and a star are not every action (prowler 478)", () => {
    const view = { Effect: "Allow", Action: "aws-portal:View*", Resource: "*" };
    expect(permitted(view, { Effect: "Deny", Action: "aws-portal:*Account", Resource: "*" })).toEqual(everywhere("pass"));
  });
  it("everything but an action that does not exist is everything (prowler pull 5035)", () =>
    expect(permitted({ Effect: "Allow", NotAction: "prowler:action", Resource: "*" })).toEqual(everywhere("fail")));
  it("every action on some resources is no administrator (cloudmapper 531)", () =>
    expect(permitted({ ...ALL, Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"] })).toEqual(everywhere("pass")));
  it("stars in a list are stars (cloudmapper 293)", () =>
    expect(permitted({ ...ALL, Action: ["*"], Resource: ["*"] })).toEqual(everywhere("fail")));
  it("a star inside of a resource is not every resource (prowler pull 329)", () =>
    expect(permitted({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/Auditor" })).toEqual(everywhere("pass")));
  it("whole services on everything are found where they are asked for (prowler 2365)", () => {
    const document = policy({ ...ALL, Action: ["s3:*", "ec2:*", "ecr:*", "rds:*"] });
    const services = (params: unknown): string => said(roleWildcardPolicy, DEPLOY, { permissions: inline("all", document) }, params);
    expect([services({}), services({ serviceWildcards: "report" })]).toEqual(["pass", "fail"]);
  });
});

describe("of roles, others were reported for this:", () => {
  it("a role that trusts its own account trusts no other (ScoutSuite 457)", () => {
    const trusts = (AWS: string): string => said(roleCrossAccountNoExternalId, DEPLOY, { trust: policy(assumedBy({ AWS })) });
    expect([trusts(`arn:aws:iam::${ACCOUNT}:root`), trusts(VENDOR)]).toEqual(["not-applicable", "fail"]);
  });
  it("a role that is linked to a service is nobody's to mend (prowler 2314)", () => {
    const given = {
      permissions: inline("all", policy(ALL)),
      profile: { boundary: null, lastUsed: null },
      trust: policy(assumedBy("*"), assumedBy({ AWS: VENDOR })),
    };
    const linked = roleAt("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport");
    for (const check of [roleWildcardPolicy, roleTrustsAnyone, roleCrossAccountNoExternalId])
      expect([said(check, linked, given), said(check, DEPLOY, given)]).toEqual(["not-applicable", "fail"]);
  });
  it("an audience without a subject lets every repository in (prowler 12845)", () => {
    const audience = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
    const subject = { "token.actions.githubusercontent.com:sub": "repo:example/app:*" };
    expect(federated({ StringEquals: audience })).toBe("fail");
    expect(federated({ StringEquals: audience, StringLike: subject })).toBe("pass");
  });
});
