import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Person } from "../roles/may.ts";

/** Who somebody is, without the lists that they are on, and how they are called. */
export type Who = Omit<Person, "isIn"> & { readonly name?: string };

const answer = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_admin: z.boolean().optional(),
    is_owner: z.boolean().optional(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
  }),
});
type User = Readonly<z.infer<typeof answer>["user"]>;

/** Somebody of another team is a stranger, and so is everybody before the bot knows its own. Pure. */
export function kindOf(user: User, id: string, team: string | undefined): Person["kind"] {
  if (user.id !== id || user.team_id === undefined) return "unknown";
  if (user.deleted) return "deactivated";
  if (user.is_bot) return "bot";
  if (user.is_stranger || user.team_id !== team) return "stranger";
  if (user.is_ultra_restricted) return "single-channel-guest";
  if (user.is_restricted) return "guest";
  return user.is_admin || user.is_owner ? "workspace-admin" : "member";
}

/** Source: https://docs.slack.dev/reference/methods/users.info */
export async function personIn(client: WebClient, id: string, team: string | undefined): Promise<Who> {
  const { user } = answer.parse(await client.users.info({ user: id }));
  const name = nameOf(user);
  return { id, kind: kindOf(user, id, team), ...(name !== undefined && { name }) };
}

/** As Slack shows people: the name they chose, else the one they have. */
function nameOf({ profile, real_name, name }: User): string | undefined {
  return [profile?.display_name, profile?.real_name, real_name, name].find((it) => it !== undefined && it.trim() !== "");
}

const group = z.object({ users: z.array(z.string()) });
const page = z.object({ members: z.array(z.string()), response_metadata: z.object({ next_cursor: z.string().optional() }).nullish() });
const PAGE = 1000;
const MOST_PAGES = 20;

/**
 * The people in a user group (`S…`) or in a channel, by id.
 * Sources: https://docs.slack.dev/reference/methods/usergroups.users.list, https://docs.slack.dev/reference/methods/conversations.members
 * @throws {RangeError} a channel of more than 20,000
 */
export async function membersOf(client: WebClient, id: string): Promise<ReadonlySet<string>> {
  if (id.startsWith("S")) return new Set(group.parse(await client.usergroups.users.list({ usergroup: id })).users);
  const members = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const given = page.parse(await client.conversations.members({ channel: id, limit: PAGE, ...(cursor && { cursor }) }));
    for (const member of given.members) members.add(member);
    cursor = given.response_metadata?.next_cursor;
    if (!cursor) return members;
  }
  // Half a list would say of the rest that they are not in it.
  throw new RangeError(`the channel ${id} has more than ${MOST_PAGES * PAGE} members`);
}
