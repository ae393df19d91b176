import { type Check, DAY, defineCheck, elapsed } from "@posture/core";
import { accessKey, identityNameOf } from "@posture/resources-aws/iam";
import { z } from "zod";
import { afterDays, dayOf, daysBetween } from "../days.ts";
import { KEY_USE } from "../frameworks.ts";

const Params = z.object({
  maxIdleDays: z.int().min(1).max(3650).default(45).describe("In days; a key that has been idle for exactly this long fails."),
});

/** AWS keeps no last use from before. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html */
const TRACKED_SINCE = "2015-04-22T00:00:00.000Z";

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html */
export const accessKeyUnused: Check = defineCheck({
  id: "iam/access-key-unused",
  title: "Access key unused for 45+ days",
  risk: "Nobody would notice who uses a forgotten key.",
  severity: "medium",
  frameworks: KEY_USE,
  resource: accessKey,
  needs: ["key"],
  mayNeed: ["lastUsed"],
  params: Params,
  messages: {
    idle: "Access key {name} of user {user} was last used {days} days ago, on {day}{with}.",
    never: "Access key {name} of user {user} was never used in the {days} days since it was made.",
  },
  remediation: {
    steps: [
      "Confirm it with the owner; the evidence names the service and the region of the last use.",
      "Set the key to Inactive rather than delete it straight away.",
      "Watch for failures for a few days: a quarterly job may still use it.",
      "Delete the key, and the user too if nothing else uses it.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
  },
  evaluate({ arn, key, lastUsed }, { params, now, pass, fail, notApplicable, unknown }) {
    if (!key.active || lastUsed.state === "moot") return notApplicable("The key is inactive.");
    if (lastUsed.state === "unreadable") return unknown(lastUsed.reason, "lastUsed");
    const { at, service, region } = lastUsed.value;
    const used = at !== null && at >= TRACKED_SINCE ? at : null;
    const since = used ?? key.createdAt;
    if (elapsed(since, now) < params.maxIdleDays * DAY) return pass({ holdsUntil: afterDays(since, params.maxIdleDays) });
    const evidence = { user: identityNameOf({ arn }), days: daysBetween(since, now), createdAt: key.createdAt };
    if (used === null) return fail("never", { evidence });
    const places = `${service === null ? "" : ` with ${service}`}${region === null ? "" : ` in ${region}`}`;
    return fail("idle", { evidence: { ...evidence, day: dayOf(used), with: places, lastUsed: used } });
  },
});
