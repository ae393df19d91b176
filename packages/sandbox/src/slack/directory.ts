import { z } from "zod";
import { type Arguments, text } from "./arguments.ts";
import { type Answer, GROUPS, OTHER_TEAM, type Workspace } from "./workspace.ts";

/* Who people are and what they belong to, where the emulator does not say what Slack says. */

type Everybody = Pick<Workspace, "people" | "botUserId">;

/** Source: https://docs.slack.dev/reference/objects/user-object */
export function describedUser(given: unknown, { people, botUserId }: Everybody): object {
  const user = z.looseObject({ id: z.string() }).parse(given);
  const role = people.find(({ id }) => id === user.id)?.role;
  return {
    ...user,
    is_restricted: role === "guest",
    is_ultra_restricted: false,
    is_bot: role === "bot" || user.id === botUserId,
    ...(role === "stranger" && { is_stranger: true, team_id: OTHER_TEAM }),
  };
}

/** Source: https://docs.slack.dev/reference/methods/conversations.members */
export function pagedMembers(answer: Answer, given: Arguments): Answer {
  if (!answer.ok) return answer;
  const members = z.array(z.string()).parse(answer["members"]);
  const limit = z.coerce.number().int().min(1).max(1000).catch(100).parse(given["limit"]);
  const from = /^from:(\d+)$/.exec(Buffer.from(text(given, "cursor") ?? "", "base64").toString())?.[1];
  if (from === undefined && (text(given, "cursor") ?? "") !== "") return { ok: false, error: "invalid_cursor" };
  const start = Number(from ?? 0);
  const next = start + limit < members.length ? Buffer.from(`from:${start + limit}`).toString("base64") : "";
  return { ok: true, members: members.slice(start, start + limit), response_metadata: { next_cursor: next } };
}

/** Source: https://docs.slack.dev/reference/methods/usergroups.users.list */
export function membersOfGroup(given: Arguments, { people }: Everybody): Answer {
  const group = GROUPS[text(given, "usergroup") ?? ""];
  if (!group) return { ok: false, error: "no_such_subteam" };
  return { ok: true, users: people.filter(({ name }) => group.members.includes(name)).map(({ id }) => id) };
}
