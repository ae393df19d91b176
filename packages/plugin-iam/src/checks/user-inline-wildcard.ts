import { type Check, defineCheck } from "@posture/core";
import { identityNameOf, userPolicy } from "@posture/resources-aws/iam";
import { parsePolicy, type Statement } from "@posture/resources-aws/policy";
import { z } from "zod";
import { pathText, surveyOfText } from "../admin.ts";
import { INLINE_WILDCARD } from "../frameworks.ts";

const Params = z.object({
  ignoreConditional: z.boolean().default(false).describe("Do not report a statement that has a condition."),
  treatNotActionAsWildcard: z
    .boolean()
    .default(true)
    .describe("Take everything but a few actions for everything, unless IAM as a whole is among the few."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html */
export const userInlineWildcard: Check = defineCheck({
  id: "iam/user-inline-wildcard",
  title: "User with inline policy containing *:*",
  risk: "The user may do everything in the account, by a policy that no list of policies shows.",
  severity: "critical",
  frameworks: INLINE_WILDCARD,
  resource: userPolicy,
  needs: ["document"],
  params: Params,
  messages: { wildcard: "Inline policy {name} of user {user} allows every action on every resource: {statements}." },
  remediation: {
    steps: [
      "Keep the text of policy {name}, and list which of these permissions the user really used.",
      "Create a managed policy with explicit actions and resources, and attach it through a group.",
      "Delete the inline policy.",
      "Consider a permissions boundary for users who may manage policies, so that it cannot come back.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  },
  evaluate({ arn, name, document }, { params, pass, fail, unknown }) {
    const { paths, advisories, unread } = surveyOfText(document, `inline policy ${name}`, params);
    if (unread !== null) return unknown(unread, "document");
    if (paths.length === 0) return pass({ notes: advisories });
    if (deniesEverything(document)) return pass({ notes: ["It allows everything, and denies everything at the same time."] });
    return fail("wildcard", {
      evidence: {
        user: identityNameOf({ arn }),
        statements: paths
          .map(({ statement, conditional }) => pathText({ source: statement ?? "", statement: null, conditional }))
          .join(" and "),
        conditional: paths.every(({ conditional }) => conditional),
      },
    });
  },
});

/** A quarantine policy, for example. */
function deniesEverything(document: string): boolean {
  const policy = parsePolicy(document);
  return policy.state === "parsed" && policy.statements.some(isTotalDeny);
}

function isTotalDeny({ effect, actions, resources, conditions }: Statement): boolean {
  const isAll = (patterns: readonly string[] | null): boolean => patterns?.some((pattern) => /^[*:]*\*[*:]*$/.test(pattern)) ?? false;
  return effect === "Deny" && conditions.length === 0 && isAll(actions) && isAll(resources);
}
