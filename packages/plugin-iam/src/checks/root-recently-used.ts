import { type Check, defineCheck } from "@posture/core";
import { account, type RootUse } from "@posture/resources-aws/iam";
import { z } from "zod";
import { afterDays, dayOf } from "../days.ts";
import { ROOT_USE } from "../frameworks.ts";

const Params = z.object({
  lookbackDays: z.int().min(1).max(400).default(30).describe("In days."),
  useCloudTrailEvidence: z
    .boolean()
    .default(false)
    .describe("Also look the root user up in CloudTrail, in the home region of the partition. Needs `cloudtrail:LookupEvents`."),
  countCentralRootSessions: z
    .boolean()
    .default(false)
    .describe("Count privileged sessions that the organization began (`sts:AssumeRoot`) as use of the root user."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export const rootRecentlyUsed: Check = defineCheck({
  id: "iam/root-recently-used",
  title: "Root account used in the last 30 days",
  risk: "What root does cannot be limited, and mostly cannot be told apart by who did it.",
  severity: "high",
  categories: ["iam"],
  frameworks: ROOT_USE,
  resource: account,
  mayNeed: ["rootActivity", "rootTrail"],
  params: Params,
  ask: ({ useCloudTrailEvidence }) => ({ rootTrail: { ask: useCloudTrailEvidence } }),
  messages: {
    used: "The root user of account {name} was used on {day}: {use}.",
  },
  remediation: {
    steps: [
      "Open the evidence (last use, service, region, source address), and find out who did it and why.",
      "If nobody can explain it, treat it as an incident: change the root password, remove root keys, review recent changes.",
      "Move the task that needed root to an IAM role, or to a privileged root session that the management account begins.",
      "Keep the root sign-in for the short list of tasks that demand it, with its credentials sealed and its MFA held by two people.",
      "If the use was planned, suppress this finding with a justification and an expiry: only time makes it pass. Then Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
  },
  evaluate({ rootActivity, rootTrail }, { params, now, pass, fail, unknown }) {
    const known = [
      ...(rootActivity.state === "known" ? rootActivity.value.uses : []),
      ...(rootTrail.state === "known" ? rootTrail.value : []),
    ];
    const uses = known.filter((use) => use.how !== "central-session" || params.countCentralRootSessions);
    const sessions = known.length - uses.length;
    const last = latest(uses);
    const passesAt = last && afterDays(last.at, params.lookbackDays);
    if (last && passesAt !== null && now < passesAt) {
      return fail("used", {
        evidence: { day: dayOf(last.at), use: useText(last), lastUse: last.at, passesAt, uses: uses.length },
        notes: [`Only time makes this pass, on ${dayOf(passesAt)}; to acknowledge it, suppress it with an expiry.`],
        holdsUntil: passesAt,
        // An event opens the finding whatever the age of what was read beside it.
        ...(rootActivity.state === "known" && rootActivity.value.uses.includes(last) && { restsOn: ["rootActivity"] as const }),
      });
    }
    // An event, and the silence of one region's CloudTrail, prove no absence.
    if (rootActivity.state === "unreadable") return unknown(rootActivity.reason, "rootActivity");
    if (rootTrail.state === "unreadable") return unknown(rootTrail.reason, "rootTrail");
    if (!rootActivity.value.complete) return unknown("not-ready", "rootActivity");
    return pass({
      evidence: last ? { lastUse: last.at } : {},
      notes: [
        ...(last ? [] : ["No use of the root user is recorded."]),
        ...(sessions > 0
          ? [`${sessions} privileged root session${sessions === 1 ? "" : "s"} of the organization, which used no root credential.`]
          : []),
      ],
    });
  },
});

function latest(uses: readonly RootUse[]): RootUse | null {
  return uses.reduce<RootUse | null>((last, use) => (last === null || use.at > last.at ? use : last), null);
}

const HOW: Readonly<Record<RootUse["how"], string>> = {
  password: "by password",
  "access-key-1": "by access key 1",
  "access-key-2": "by access key 2",
  event: "seen in CloudTrail",
  "central-session": "in a privileged session of the organization",
};

function useText({ how, what }: RootUse): string {
  return what === null ? HOW[how] : `${what}, ${HOW[how]}`;
}
