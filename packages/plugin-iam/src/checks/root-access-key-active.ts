import { type Check, defineCheck } from "@posture/core";
import { account, type KeySlot } from "@posture/resources-aws/iam";
import { z } from "zod";
import { dayOf } from "../days.ts";
import { ROOT_ACCESS_KEY } from "../frameworks.ts";

const Params = z.object({
  failOnInactiveKeys: z.boolean().default(false).describe("Also report a root key that exists and is inactive."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html */
export const rootAccessKeyActive: Check = defineCheck({
  id: "iam/root-access-key-active",
  title: "Root account has active access keys",
  risk: "Whoever holds the key may do everything in the account, and no policy can stop it.",
  severity: "critical",
  categories: ["iam"],
  frameworks: ROOT_ACCESS_KEY,
  resource: account,
  mayNeed: ["summary", "rootKeys"],
  params: Params,
  messages: {
    active: "The root user of account {name} has an active access key: {keys}.",
    inactive: "The root user of account {name} has an inactive access key: {keys}.",
    present: "The root user of account {name} has an access key; {doubt}.",
  },
  remediation: {
    steps: [
      "Find what still signs with the key: the evidence names the service and the region of its last use, CloudTrail has the calls of `userIdentity.type` Root.",
      "Give that workload an IAM role with only the permissions it needs, and switch it over.",
      "Deactivate the root key first, and wait long enough to see that nothing breaks.",
      "Delete the key: sign in as root and delete every key under Security credentials. In an organization with central root access, do it in a privileged root session from the management or delegated administrator account.",
      "Re-check. The account summary changes within seconds.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html",
  },
  evaluate({ summary, rootKeys }, { params, pass, fail, unknown }) {
    // The summary is live and counts keys of any status, so without a key in it no report can say otherwise.
    if (rootKeys.state === "moot") return pass({ restsOn: ["summary"] });
    if (rootKeys.state === "unreadable") {
      if (summary.state === "unreadable") return unknown(summary.reason, "summary", "rootKeys");
      if (!summary.value.accessKeysPresent) return pass({ restsOn: ["summary"] });
      return fail("present", { evidence: { doubt: "whether it is active could not be read" }, restsOn: ["summary"] });
    }
    const notes =
      summary.state === "unreadable" ? [`Judged by the credential report of ${rootKeys.asOf}; the account summary could not be read.`] : [];
    const active = rootKeys.value.filter((slot) => slot.active);
    if (active.length > 0) return fail("active", { evidence: evidenceOf(active), notes });
    const inactive = rootKeys.value.filter((slot) => slot.lastRotated !== null);
    if (inactive.length > 0) {
      const evidence = evidenceOf(inactive);
      return params.failOnInactiveKeys
        ? fail("inactive", { evidence, notes })
        : pass({ evidence, notes: [...notes, `An inactive root key is still there: ${evidence.keys}.`] });
    }
    if (summary.state === "unreadable") return pass({ notes });
    // Keys are created active.
    return fail("present", { evidence: { doubt: `it is newer than the credential report of ${rootKeys.asOf}` }, restsOn: ["summary"] });
  },
});

function evidenceOf(slots: readonly KeySlot[]): { readonly keys: string; readonly slots: readonly number[] } {
  return { keys: slots.map(keyText).join(" and "), slots: slots.map(({ slot }) => slot) };
}

function keyText({ slot, lastUsed, service, region }: KeySlot): string {
  if (lastUsed === null) return `key ${slot}, never used`;
  return `key ${slot}, last used ${dayOf(lastUsed)}${service === null ? "" : ` with ${service}`}${region === null ? "" : ` in ${region}`}`;
}
