import type { Listed } from "@posture/runtime";
import type { Desk } from "./desk.ts";
import { pendingFor } from "./pending.ts";
import type { FindingModel } from "./views/finding.ts";

/** What a message of a finding shows at this moment, besides what its own history adds. */
export async function findingModel(desk: Desk, listed: Listed): Promise<FindingModel> {
  const { posture, now } = desk;
  const { finding, status, suppression, id } = listed;
  return {
    finding,
    status,
    suppression,
    id,
    check: posture.checks.get(finding.checkId),
    cover: finding.coveredBy === null ? undefined : posture.checks.get(finding.coveredBy),
    checking: null,
    said: null,
    pending: await pendingFor(desk, listed),
    follows: null,
    lapsed: null,
    flapping: null,
    next: null,
    owner: null,
    mayRepeat: false,
    now: now(),
  };
}
