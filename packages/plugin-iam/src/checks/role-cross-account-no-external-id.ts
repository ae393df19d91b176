import { type Check, defineCheck, type Reading } from "@posture/core";
import { pathOf, type Role, role } from "@posture/resources-aws/iam";
import {
  allowsUnrecognised,
  assumptionsIn,
  nameOf,
  type OutsideTrust,
  outsideTrusts,
  type ParsedPolicy,
  parsePolicy,
  principals,
} from "@posture/resources-aws/policy";
import { z } from "zod";

const AccountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits");
const Params = z.object({
  trustedAccountIds: z.array(AccountId).default([]).describe("Accounts that are yours, or that need no external id."),
  trustOrganization: z
    .enum(["auto", "never"])
    .default("auto")
    .describe("`auto`: the accounts of the own organization are trusted, where they may be listed. `never`: nobody asks."),
  organizationId: z
    .string()
    .startsWith("o-")
    .nullable()
    .default(null)
    .describe("`o-…`: a condition on it is as good as an external id. Left out: AWS is asked."),
  acceptMfaInstead: z.boolean().default(false).describe("Accept a condition on MFA, for people who change accounts."),
});

const ASSUME_ROLE = ["sts:assumerole"];

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html */
export const roleCrossAccountNoExternalId: Check = defineCheck({
  id: "iam/role-cross-account-no-external-id",
  title: "Cross-account role without external ID",
  risk: "Somebody else's customer can make a vendor act on this account: the vendor is a confused deputy.",
  severity: "medium",
  resource: role,
  needs: ["trust"],
  mayNeed: ["organizationAccounts", "organizationId"],
  params: Params,
  ask: ({ trustOrganization, organizationId, trustedAccountIds: trusted }) => ({
    organizationAccounts: { ask: trustOrganization === "auto", trusted },
    organizationId: { ask: trustOrganization === "auto" && organizationId === null, trusted },
  }),
  messages: { unguarded: "Role {name} trusts {outsiders} and asks for no external id: {statements}." },
  remediation: {
    steps: [
      "Find out whose account the evidence names: a vendor's, a sister company's, or one of your own.",
      "If it is yours, add it to the trusted accounts of this check, or require `aws:PrincipalOrgID` in the trust policy of {name}.",
      "If it is a vendor's, get the external id that the vendor made for you, and require it by StringEquals on `sts:ExternalId`.",
      "Narrow the principal from the whole account to the role that the vendor publishes.",
      "Ask the vendor to confirm that a call without the external id now fails, then Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
  },
  evaluate({ arn, accountId, trust, organizationAccounts, organizationId }, { params, pass, fail, notApplicable, unknown }) {
    if (/^\/aws-(service-role|reserved)\//.test(pathOf({ arn }))) return notApplicable("AWS itself makes and keeps this role.");
    const policy = parsePolicy(trust);
    if (policy.state !== "parsed") return unknown(policy.state === "too-complex" ? "too-complex" : "malformed", "trust");

    const own = organizationAccounts.state === "known" ? organizationAccounts.value : [];
    const trusts = outsideTrusts(policy, [accountId, ...params.trustedAccountIds, ...own]);
    const ownOrganization = params.organizationId ?? (organizationId.state === "known" ? organizationId.value : null);
    const unguarded = trusts.filter(
      (it) => it.guard === null && !(params.acceptMfaInstead && it.mfa) && !isOfOrganization(it, ownOrganization),
    );
    if (unguarded.length > 0) {
      return fail("unguarded", {
        evidence: {
          outsiders: namesOf(unguarded).join(", "),
          accounts: [...new Set(unguarded.flatMap(({ outsiders }) => outsiders.map((it) => it.accountId)))],
          statements: unguarded.map(({ statement }) => nameOf(statement)).join(" and "),
          organizationUnknown: organizationAccounts.state !== "known",
        },
        notes: whyUnknown(organizationAccounts),
      });
    }
    if (trusts.length > 0) return pass({ notes: trusts.flatMap(patternNote) });
    const orphans = orphansIn(policy);
    if (orphans.length > 0)
      return pass({ notes: [`Orphaned principal, of an identity that was deleted and that nobody can use: ${orphans.join(", ")}.`] });
    const unclear = policy.statements.some((it) => allowsUnrecognised(it) && assumptionsIn(it, ASSUME_ROLE).length > 0);
    return unclear ? unknown("malformed", "trust") : notApplicable("No other account is trusted.");
  },
});

function isOfOrganization({ organizationIds }: OutsideTrust, own: string | null): boolean {
  return own !== null && organizationIds.length > 0 && organizationIds.every((id) => id === own);
}

function namesOf(trusts: readonly OutsideTrust[]): string[] {
  const names = [...new Set(trusts.flatMap(({ outsiders }) => outsiders.map(({ value }) => value)))];
  return names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
}

function whyUnknown(accounts: Reading<Role["organizationAccounts"]>): string[] {
  const advice = "Accounts of your own can be named in trustedAccountIds.";
  if (accounts.state === "unreadable") return [`Whether the account is of your organization could not be read. ${advice}`];
  return accounts.state === "absent" ? [`This account is in no organization. ${advice}`] : [];
}

function patternNote({ guard, statement }: OutsideTrust): string[] {
  return guard === "pattern" ? [`The external id of ${nameOf(statement)} is a pattern; prefer one fixed value.`] : [];
}

function orphansIn({ statements }: ParsedPolicy): string[] {
  return statements
    .filter((it) => it.effect === "Allow" && assumptionsIn(it, ASSUME_ROLE).length > 0)
    .flatMap((it) => principals(it).flatMap((who) => (who.kind === "orphan" ? [who.value] : [])));
}
