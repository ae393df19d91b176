import type { Role } from "@posture/config";

interface About {
  /** The least role that it takes. `null`: none, whoever belongs to the workspace may. */
  readonly least: Role | null;
  /** After "may". */
  readonly says: string;
}

/** All that people can do in Slack. What asks has the role viewer, and may be done in the bot's channel without it. */
const ALL = {
  help: { least: null, says: "ask for help" },
  summary: { least: "viewer", says: "ask for the summary" },
  digest: { least: "viewer", says: "ask for the digest so far" },
  findings: { least: "viewer", says: "list findings" },
  show: { least: "viewer", says: "read a finding" },
  history: { least: "viewer", says: "read what happened to a finding" },
  steps: { least: "viewer", says: "read the steps to fix a finding" },
  checks: { least: "viewer", says: "list checks" },
  why: { least: "viewer", says: "ask about a resource" },
  suppressions: { least: "viewer", says: "list suppressions" },
  status: { least: "viewer", says: "ask for the status" },
  home: { least: "viewer", says: "open the Home tab" },
  recheck: { least: "responder", says: "re-check a finding" },
  share: { least: "responder", says: "share an answer with the channel" },
  open: { least: "responder", says: "open a finding in the channel" },
  "post-criticals": { least: "responder", says: "post the criticals" },
  assign: { least: "responder", says: "assign a finding" },
  suppress: { least: "analyst", says: "suppress a finding" },
  "suppress-related": { least: "analyst", says: "suppress related findings" },
  lift: { least: "analyst", says: "lift a suppression" },
  extend: { least: "analyst", says: "extend a suppression" },
  withdraw: { least: "analyst", says: "withdraw a suppression" },
  export: { least: "analyst", says: "export findings" },
  approve: { least: "approver", says: "approve a suppression" },
  decline: { least: "approver", says: "decline a suppression" },
  scan: { least: "admin", says: "begin a sweep" },
  "suppress-by-rule": { least: "admin", says: "suppress by rule" },
  "lift-by-rule": { least: "admin", says: "lift a suppression by rule" },
  "extend-by-rule": { least: "admin", says: "extend a suppression by rule" },
} as const satisfies Readonly<Record<string, About>>;

export type Deed = keyof typeof ALL;
export const DEEDS: Readonly<Record<Deed, About>> = ALL;

/** Changes nothing, reads nothing in AWS, and can be asked in a channel. Pure. */
export function isQuestion(deed: Deed): boolean {
  const { least } = DEEDS[deed];
  return (least === null || least === "viewer") && deed !== "home";
}
