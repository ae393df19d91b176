import { z } from "zod";

/** Whose bot this is, as far as Slack has said. */
export interface Ours {
  readonly teamId?: string | undefined;
  readonly appId?: string | undefined;
}

const id = z.string().max(200);
const origin = z.object({
  api_app_id: id.nullish(),
  /** Of commands and events. */
  team_id: id.nullish(),
  /** The workspace in which somebody acted; `null` where the app was installed for a whole organisation. */
  team: z.object({ id }).nullish(),
  /** Of windows: the workspace that the app is installed in, also where a person of another one acts. */
  view: z.object({ app_installed_team_id: id.nullish() }).nullish(),
});

/**
 * Why a request is for somebody else's app; `null`: it is for ours, or does not say. Pure.
 * Slack signs for all workspaces that an app is in with the same secret, so that a signature says nothing about the workspace.
 * Source: https://docs.slack.dev/reference/interaction-payloads
 */
export function foreign(payload: unknown, ours: Ours): string | null {
  const read = origin.safeParse(payload);
  if (!read.success) return "it does not say clearly which app and workspace it is for";
  const { api_app_id: app, team_id, team, view } = read.data;
  if (app && ours.appId !== undefined && app !== ours.appId) return "it is for another app";
  const from = view?.app_installed_team_id ?? team?.id ?? team_id;
  if (from && ours.teamId !== undefined && from !== ours.teamId) return "it is from another workspace";
  return null;
}
