import { type Check, DAY, defineCheck, elapsed } from "@posture/core";
import { accessKey, identityNameOf } from "@posture/resources-aws/iam";
import { z } from "zod";
import { afterDays, dayOf, daysBetween } from "../days.ts";
import { KEY_AGE } from "../frameworks.ts";

const Params = z.object({
  maxKeyAgeDays: z.int().min(1).max(3650).default(90).describe("In days; a key of exactly this age still passes."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html */
export const accessKeyTooOld: Check = defineCheck({
  id: "iam/access-key-too-old",
  title: "Access key older than 90 days",
  risk: "The longer a key lives, the more places have a copy of it, and the longer a lost one is of use.",
  severity: "medium",
  frameworks: KEY_AGE,
  resource: accessKey,
  mayNeed: ["key", "rotation"],
  params: Params,
  messages: {
    old: "Access key {name} of user {user} is {days} days old; {limit} are allowed.",
    reported: "Access key {name} of user {user} is at least {days} days old; {limit} are allowed.",
  },
  remediation: {
    steps: [
      "Prefer to remove the need: move the workload to a role (instance profile, task role, OIDC federation, Roles Anywhere).",
      "If a key has to be, create a second one, roll it out, and see by the last-used data that the old one went quiet.",
      "Deactivate the old key, wait for one business cycle, then delete it.",
      "Automate it: keep the key in Secrets Manager with a rotation function of your own, or rotate it from the deployment pipeline.",
      "Re-check. The finding belongs to the old key and resolves when that key is inactive or gone.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
  },
  evaluate({ arn, key, rotation }, { params, now, pass, fail, notApplicable, unknown }) {
    const limit = params.maxKeyAgeDays;
    const user = identityNameOf({ arn });
    if (key.state === "known") {
      if (!key.value.active) return notApplicable("The key is inactive.");
      const { createdAt } = key.value;
      if (elapsed(createdAt, now) <= limit * DAY) return pass({ holdsUntil: afterDays(createdAt, limit) });
      return fail("old", { evidence: { user, days: daysBetween(createdAt, now), limit, createdAt } });
    }
    // Switching a key off and on again makes it look younger in the report, never older.
    const rotated = rotation.state === "known" ? rotation.value.lastRotated : null;
    if (rotated === null || elapsed(rotated, now) <= limit * DAY) return unknown(key.reason, "key");
    return fail("reported", {
      evidence: { user, days: daysBetween(rotated, now), limit, lastRotated: rotated },
      notes: [
        `The keys of the user could not be listed; by the credential report none of the active ones was made or changed after ${dayOf(rotated)}.`,
      ],
    });
  },
});
