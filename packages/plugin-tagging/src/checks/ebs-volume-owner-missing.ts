import { type Check, defineCheck } from "@posture/core";
import { volume } from "@posture/resources-aws/ec2";
import { z } from "zod";

const Params = z.object({
  ownerTagKeys: z
    .array(z.string().min(1))
    .min(1)
    .default(["owner", "owner-email", "owner-team", "resource-owner"])
    .describe("The keys that name an owner."),
  caseSensitive: z
    .boolean()
    .default(false)
    .describe("Take keys as they are written: neither case nor `-`, `_`, `.` and blanks are evened out."),
  matchNamespacedKeys: z.boolean().default(true).describe("Also take the last part of a key with `:` or `/` in it: `acme:owner`."),
  placeholderValues: z
    .array(z.string())
    .default(["-", "none", "n/a", "na", "null", "tbd", "todo", "unknown"])
    .describe("Values that name nobody, in lower case."),
  skipManaged: z.boolean().default(true).describe("Leave out volumes that an AWS service manages."),
});
type Params = z.output<typeof Params>;

/** Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
export const ebsVolumeOwnerMissing: Check = defineCheck({
  id: "tagging/ebs-volume-owner-missing",
  title: "EBS volume is not tagged with an owner",
  risk: "Nobody answers for the volume: it is kept, paid for and forgotten, with what is on it.",
  severity: "low",
  categories: ["tagging"],
  resource: volume,
  needs: ["use", "tags"],
  params: Params,
  messages: {
    none: "EBS volume {name} has no owner tag.",
    placeholder: 'EBS volume {name} has an owner tag that names nobody ({key} is "{value}").',
  },
  remediation: {
    steps: [
      "Find the owner of {name} by the instance it is attached to, by the event of its creation, or by its snapshot.",
      {
        text: "Add the Owner tag to the volume.",
        command: "aws ec2 create-tags --region {region} --resources {name} --tags Key=Owner,Value=OWNER",
      },
      "Let launch templates tag volumes.",
      "Enforce it by a tag policy, or by a condition on aws:RequestTag.",
      "Delete the volume if nobody claims it.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
  },
  evaluate({ use, tags }, { params, pass, fail, notApplicable }) {
    if (use.state === "deleting" || use.state === "deleted") return notApplicable("The volume is being deleted.");
    if (params.skipManaged && use.managedBy !== null) return notApplicable(`The volume is managed by ${use.managedBy}.`);

    const owners = Object.entries(tags).filter(([key]) => namesAnOwner(key, params));
    const [named] = owners.filter(([, value]) => isSomebody(value, params));
    if (named) return pass({ evidence: { key: named[0], owner: named[1] } });
    const [first] = owners;
    return first ? fail("placeholder", { evidence: { key: first[0], value: first[1] } }) : fail("none");
  },
});

/** Keys that begin with `aws:` are AWS's own. */
function namesAnOwner(key: string, params: Params): boolean {
  const spellings = params.ownerTagKeys.map((wanted) => spelling(wanted, params));
  return !key.startsWith("aws:") && spellings.includes(spelling(key, params));
}

function spelling(key: string, { caseSensitive, matchNamespacedKeys }: Params): string {
  const name = matchNamespacedKeys ? key.replace(/^.*[:/]/, "") : key;
  return caseSensitive ? name : name.toLowerCase().replaceAll(/[-_. ]/g, "");
}

function isSomebody(value: string, { placeholderValues }: Params): boolean {
  const text = value.trim().toLowerCase();
  return text !== "" && !placeholderValues.includes(text);
}
