import { z } from "zod";

/** What a person may do in Slack, from least to most: each role may also do what those before it may. */
export const ROLES = ["viewer", "responder", "analyst", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who has each role: ids of people (`U…`, `W…`), of user groups (`S…`), of channels whose members have it (`C…`, `G…`),
 * `everyone` for all full members of the workspace, `workspace-admins` for its admins and owners. Guests, bots and people of
 * other organisations have none, also where a list would hold them.
 */
export type RoleSettings = Partial<Readonly<Record<Role, readonly string[]>>>;

/** One of those who have a role. */
export type Holder =
  | { readonly kind: "everyone" | "workspace-admins" }
  | { readonly kind: "person" | "group" | "channel"; readonly id: string };

/** The same with nothing left out. */
export type ResolvedRoles = Readonly<Record<Role, readonly Holder[]>>;

const KINDS = [
  ["person", /^[UW][A-Z0-9]{2,20}$/],
  ["group", /^S[A-Z0-9]{2,20}$/],
  ["channel", /^[CG][A-Z0-9]{2,20}$/],
] as const;

/** `null`: it is none. Pure. */
export function holderOf(text: string): Holder | null {
  if (text === "everyone" || text === "workspace-admins") return { kind: text };
  const [kind] = KINDS.find(([, shape]) => shape.test(text)) ?? [];
  return kind ? { kind, id: text } : null;
}

const NO_HOLDER =
  'it is neither "everyone" nor "workspace-admins" nor an id as Slack shows it: U… of a person, S… of a user group, C… of a channel';
const holder = z.string().refine((text) => holderOf(text) !== null, NO_HOLDER);
const holders = z.array(holder).min(1, "nobody would have this role; leave it out to mean that").optional();

type Shape = { [R in Role]?: string[] | undefined };

export const rolesShape: z.ZodType<Shape> = z
  .strictObject({ viewer: holders, responder: holders, analyst: holders, approver: holders, admin: holders })
  .refine(
    (roles) => Object.keys(roles).length > 0,
    "it gives no role to anybody; leave `roles` out to mean that every full member may do all",
  );

/** Where nothing is configured, every full member of the workspace may do all. Pure. */
export function resolveRoles(given: Shape = { admin: ["everyone"] }): ResolvedRoles {
  const of = (role: Role): readonly Holder[] =>
    (given[role] ?? []).flatMap((text) => {
      const found = holderOf(text);
      return found ? [found] : [];
    });
  return { viewer: of("viewer"), responder: of("responder"), analyst: of("analyst"), approver: of("approver"), admin: of("admin") };
}

/** Those who have this role, or one above it. Each is named once. Pure. */
export function holdersOf(roles: ResolvedRoles, least: Role): readonly Holder[] {
  const all = ROLES.slice(ROLES.indexOf(least)).flatMap((role) => roles[role]);
  return [...new Map(all.map((it) => ["id" in it ? it.id : it.kind, it])).values()];
}
