import { type Check, defineCheck, definePlugin, defineResource, isPostureError, type Plugin, type ResourceKind } from "@posture/core";
import { z } from "zod";
import type { CheckTraits, Routable } from "./conditions.ts";
import { resolveConfig, type ResolvedConfig } from "./resolve.ts";
import type { SlackSettings } from "./slack.ts";

interface Thing {
  wide: boolean;
}
function kind(service: string): ResourceKind<Thing> {
  const call = { service, operation: "GetThing", action: `${service}:GetThing` };
  return defineResource({
    type: `Test::${service}::Thing`,
    lists: [call],
    lifecycle: [],
    facets: { wide: { schema: z.boolean(), read: [call], changedBy: [] } },
    locate: () => [],
  });
}
const about = { risk: "Anybody comes in.", remediation: { steps: ["Close it."], docs: "https://docs.aws.amazon.com/" } } as const;
const BUCKET = kind("s3");
const GROUP = kind("network");

const bucketOpen: Check = defineCheck({
  ...about,
  id: "shop/bucket-open",
  title: "Bucket open",
  severity: "critical",
  resource: BUCKET,
  needs: ["wide"],
  frameworks: { "cis-aws-foundations-3.0": ["2.1.4"] },
  formerIds: ["shop/bucket-wide"],
  messages: { open: "{name} is open." },
  evaluate: ({ wide }, { pass, fail }) => (wide ? fail("open") : pass()),
});
const bucketPlain: Check = defineCheck({
  ...about,
  id: "shop/bucket-plain",
  title: "Bucket not encrypted",
  severity: "medium",
  categories: ["s3", "encryption"],
  resource: BUCKET,
  needs: ["wide"],
  messages: { plain: "{name} is not encrypted." },
  evaluate: ({ wide }, { pass, fail }) => (wide ? fail("plain") : pass()),
});
const groupOpen: Check = defineCheck({
  ...about,
  id: "group/ssh-open",
  title: "SSH open",
  severity: "high",
  resource: GROUP,
  needs: ["wide"],
  frameworks: { "aws-fsbp": ["EC2.13"] },
  messages: { open: "{name} is open." },
  evaluate: ({ wide }, { pass, fail }) => (wide ? fail("open") : pass()),
});

export const CHECKS: readonly Check[] = [bucketOpen, bucketPlain, groupOpen];
const PLUGINS: readonly Plugin[] = [
  definePlugin({ name: "posture-plugin-shop", namespace: "shop", checks: [bucketOpen, bucketPlain] }),
  definePlugin({ name: "posture-plugin-group", namespace: "group", checks: [groupOpen] }),
];

export const PROD = "111122223333";
export const DEV = "444455556666";

/** Settings as a configuration file would give them. */
export function configured(slack: unknown): ResolvedConfig {
  return resolveConfig({ slack }, PLUGINS, null);
}

export function slackOf(settings: SlackSettings): ResolvedConfig["slack"] {
  return configured(settings).slack;
}

/** What is said of settings that are refused. */
export function refusal(slack: unknown): string {
  try {
    configured(slack);
  } catch (error) {
    if (isPostureError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("the configuration was taken");
}

export function traitsOf(checkId: string): CheckTraits | null {
  const check = CHECKS.find(({ id }) => id === checkId);
  return check ? { categories: check.categories, frameworks: check.frameworks ?? {} } : null;
}

/** An open bucket in production, unless it is said otherwise. */
export function finding(but: Partial<Omit<Routable, "ref">> & Partial<Routable["ref"]> = {}): Routable {
  const { accountId = PROD, region = "eu-west-1", checkId = "shop/bucket-open", severity = "critical", tags, changed, condition } = but;
  return {
    checkId,
    severity,
    ref: { accountId, region },
    ...(tags && { tags }),
    ...(changed && { changed }),
    ...(condition && { condition }),
  };
}
