import { type Role, ROLES } from "@posture/config";
import type { Desk } from "../desk.ts";
import type { Deed } from "./deed.ts";
import { rulesOf } from "./guard.ts";
import type { Verdict } from "./may.ts";

/** Whether somebody may do what a role is for. */
export interface Standing {
  readonly role: Role;
  readonly verdict: Verdict;
}

/** What each role is for. */
const MEANT_FOR: Readonly<Record<Role, Deed>> = {
  viewer: "findings",
  responder: "recheck",
  analyst: "suppress",
  approver: "approve",
  admin: "scan",
};

/** From the least role to the greatest. */
export function standingOf(desk: Desk, user: string): Promise<readonly Standing[]> {
  const rules = rulesOf(desk);
  return Promise.all(ROLES.map(async (role) => ({ role, verdict: await desk.people.mayDo(user, MEANT_FOR[role], false, rules) })));
}
