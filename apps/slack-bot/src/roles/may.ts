import type { Actor } from "@posture/core";
import { type Holder, holderOf, holdersOf, type ResolvedRoles } from "@posture/config";
import { type Deed, DEEDS, isQuestion } from "./deed.ts";

/** What Slack says somebody is. `stranger`: of another organisation, in a channel that is shared with it. `unknown`: Slack's answer makes no sense. */
export type PersonKind = "member" | "workspace-admin" | "guest" | "single-channel-guest" | "stranger" | "bot" | "deactivated" | "unknown";

export interface Person {
  readonly id: string;
  readonly kind: PersonKind;
  /** By the id of a user group or a channel, whether they are in it. What is not here is not known. */
  readonly isIn: ReadonlyMap<string, boolean>;
}

/** What the configuration says about who may do what. */
export interface Rules {
  readonly roles: ResolvedRoles;
  /** Who may approve, as in `suppressions.approvers`; `null`: whoever has the role. */
  readonly approvers: readonly string[] | null;
}

/** Somebody to turn to. `terminal`: one who approves at a command line. */
export type Helper = Holder | { readonly kind: "terminal"; readonly id: string };

export interface Refusal {
  readonly kind: "refused";
  readonly deed: Deed;
  /** What they are, where only full members may; `role`: they have not the role that it takes; `approvers`: the configuration names others. */
  readonly why: Exclude<PersonKind, "member" | "workspace-admin" | "unknown"> | "role" | "approvers";
  /** Empty: nobody can in Slack. */
  readonly whoCan: readonly Helper[];
}

export type Verdict =
  | { readonly kind: "yes" }
  | Refusal
  /** It cannot be said before it is known whether they are in one of these; none: before Slack says who they are. */
  | { readonly kind: "unsure"; readonly isIn: readonly string[] };

const YES: Verdict = { kind: "yes" };

/** May this person do this? `asksHere`: it is a question, asked in the bot's channel, whose messages all there can read. Pure. */
export function mayDo(person: Person, deed: Deed, asksHere: boolean, rules: Rules): Verdict {
  const refused = (why: Refusal["why"]): Refusal => ({ kind: "refused", deed, why, whoCan: whoCan(deed, rules) });
  const { least } = DEEDS[deed];
  const isFree = least === null || (asksHere && isQuestion(deed));
  switch (person.kind) {
    case "unknown":
      return { kind: "unsure", isIn: [] };
    case "stranger":
    case "bot":
    case "deactivated":
      return refused(person.kind);
    case "guest":
    case "single-channel-guest":
      return isFree ? YES : refused(person.kind);
    default:
      if (isFree) return YES;
  }
  if (deed === "approve" && rules.approvers?.includes(person.id) === false) return refused("approvers");
  const holders = holdersOf(rules.roles, least);
  if (holders.some((it) => isOneOf(person, it) === true)) return YES;
  const open = holders.flatMap((it) => ("id" in it && isOneOf(person, it) === null ? [it.id] : []));
  return open.length > 0 ? { kind: "unsure", isIn: open } : refused("role");
}

/** `null`: it is not known. */
function isOneOf({ id, kind, isIn }: Person, holder: Holder): boolean | null {
  switch (holder.kind) {
    case "everyone":
      return true;
    case "workspace-admins":
      return kind === "workspace-admin";
    case "person":
      return holder.id === id;
    default:
      return isIn.get(holder.id) ?? null;
  }
}

/** Nobody approves what they asked for. Pure. */
export function helpersBut(asker: Actor, helpers: readonly Helper[]): readonly Helper[] {
  return helpers.filter((it) => !("id" in it && asker.kind === "user" && it.id === asker.id));
}

/** Who can do this instead. Pure. */
export function whoCan(deed: Deed, { roles, approvers }: Rules): readonly Helper[] {
  const { least } = DEEDS[deed];
  const holders = holdersOf(roles, least ?? "viewer");
  const everyone = holders.find(({ kind }) => kind === "everyone");
  if (deed !== "approve" || approvers === null) return everyone ? [everyone] : holders;
  // Both must hold. Who has the role through a list of Slack's is not known here.
  const isClosed = holders.every(({ kind }) => kind === "person");
  return approvers.flatMap((id): readonly Helper[] => {
    const person = holderOf(id);
    if (person?.kind !== "person") return [{ kind: "terminal", id }];
    return isClosed && !holders.some((it) => "id" in it && it.id === id) ? [] : [person];
  });
}
