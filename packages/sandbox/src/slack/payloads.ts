import { blockIdOf, type Choice, type Control, controlsOf } from "./controls.ts";
import type { Home, Message, Modal } from "./room.ts";
import { OTHER_TEAM, type Person } from "./workspace.ts";

/** Where a person acts. */
export interface Scene {
  readonly person: Person;
  readonly teamId: string;
  readonly channelId: string;
  readonly channel: string;
  readonly trigger: string;
  readonly responseUrl: string;
}

export const APP_ID = "A0LOCAL";
const TEAM_DOMAIN = "example";

const common = ({ person, teamId }: Pick<Scene, "person" | "teamId">): object => ({
  user: {
    id: person.id,
    username: person.name.toLowerCase(),
    name: person.name.toLowerCase(),
    team_id: person.role === "stranger" ? OTHER_TEAM : teamId,
  },
  team: { id: teamId, domain: TEAM_DOMAIN },
  api_app_id: APP_ID,
  enterprise: null,
  is_enterprise_install: false,
});

/**
 * What Slack makes of a command's text where the app's manifest has `should_escape`: of a name that it knows a mention, and links of addresses. Pure.
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
 */
export function escapedText(text: string, people: readonly Pick<Person, "id" | "name">[]): string {
  const idOf = (name: string): string | undefined => people.find((it) => it.name.toLowerCase() === name.toLowerCase())?.id;
  const withPeople = text.replaceAll(/(?<![\w<])@([\w.-]+)/g, (whole, name: string) => {
    const id = idOf(name);
    return id === undefined ? whole : `<@${id}|${name.toLowerCase()}>`;
  });
  return withPeople.replaceAll(/(?<![\w<|])https?:\/\/[^\s<>|"“”]+/g, (address) => `<${address}>`);
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export function commandForm(scene: Scene, command: string, text: string): Readonly<Record<string, string>> {
  const { person, teamId, channelId, channel, trigger, responseUrl } = scene;
  return {
    team_id: teamId,
    team_domain: TEAM_DOMAIN,
    channel_id: channelId,
    channel_name: channel,
    user_id: person.id,
    user_name: person.name.toLowerCase(),
    command,
    text,
    api_app_id: APP_ID,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: trigger,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function actionForm(
  scene: Scene,
  message: Message,
  control: Control,
  chosen: string | undefined,
  now: number,
): Readonly<Record<string, string>> {
  const { channelId, channel, trigger, responseUrl } = scene;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  const payload = {
    type: "block_actions",
    ...common(scene),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channelId,
      is_ephemeral: message.ephemeralFor !== undefined,
      ...thread,
    },
    channel: { id: channelId, name: channel },
    // Of a message that only one person sees, Slack sends no content.
    ...(message.ephemeralFor === undefined && {
      message: {
        type: "message",
        ts: message.ts,
        user: message.user,
        text: message.text,
        blocks: message.blocks.map((block, index) => ({ ...block, block_id: blockIdOf(block, index) })),
        ...thread,
      },
    }),
    state: { values: {} },
    trigger_id: trigger,
    response_url: responseUrl,
    actions: [actionIn(control, chosen, now)],
  };
  return { payload: JSON.stringify(payload) };
}

type Values = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** Of a field that dispatches. */
export function modalActionForm(
  scene: Pick<Scene, "person" | "teamId" | "trigger">,
  modal: Modal,
  { blockId, actionId, values }: { readonly blockId: string; readonly actionId: string; readonly values: Values },
  now: number,
): Readonly<Record<string, string>> {
  const action = { ...values[blockId]?.[actionId], block_id: blockId, action_id: actionId, action_ts: (now / 1000).toFixed(6) };
  return viewActionForm(scene, modal, values, action);
}

export function homeActionForm(
  scene: Pick<Scene, "person" | "teamId" | "trigger">,
  home: Home,
  control: Control,
  chosen: string | undefined,
  now: number,
): Readonly<Record<string, string>> {
  return viewActionForm(scene, home, menusIn(home.blocks, control, chosen), actionIn(control, chosen, now));
}

/** In a view there is no channel, and no address to answer to: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
function viewActionForm(
  scene: Pick<Scene, "person" | "teamId" | "trigger">,
  { id, view }: Home,
  values: Values,
  action: object,
): Readonly<Record<string, string>> {
  const payload = {
    type: "block_actions",
    ...common(scene),
    container: { type: "view", view_id: id },
    trigger_id: scene.trigger,
    view: { ...view, state: { values } },
    actions: [action],
  };
  return { payload: JSON.stringify(payload) };
}

function actionIn(control: Control, chosen: string | undefined, now: number): object {
  const option = control.options.find(({ value }) => value === chosen);
  return {
    type: control.kind,
    block_id: control.blockId,
    action_id: control.actionId,
    action_ts: (now / 1000).toFixed(6),
    ...(control.kind === "button" ? { text: { type: "plain_text", text: control.label }, value: control.value } : {}),
    ...(option && { selected_option: optionOf(option) }),
  };
}

function optionOf({ label, value }: Choice): object {
  return { text: { type: "plain_text", text: label }, value };
}

/** What the menus of a view show, by block and action. */
function menusIn(blocks: Home["blocks"], used: Control, chosen: string | undefined): Values {
  const values: Record<string, Record<string, object>> = {};
  for (const { kind, blockId, actionId, options, chosen: first } of controlsOf(blocks)) {
    if (kind !== "static_select") continue;
    const isUsed = blockId === used.blockId && actionId === used.actionId;
    const now = isUsed ? options.find(({ value }) => value === chosen) : first;
    values[blockId] = { ...values[blockId], [actionId]: { type: kind, selected_option: now ? optionOf(now) : null } };
  }
  return values;
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function submissionForm(
  scene: Pick<Scene, "person" | "teamId" | "trigger">,
  { view }: Modal,
  values: Values,
): Readonly<Record<string, string>> {
  const payload = {
    type: "view_submission",
    ...common(scene),
    trigger_id: scene.trigger,
    view: { ...view, state: { values } },
    response_urls: [],
  };
  return { payload: JSON.stringify(payload) };
}

/** Something that happened to the app: https://docs.slack.dev/apis/events-api#callback-field */
export function eventBody(teamId: string, eventId: string, event: object, now: number): object {
  return {
    type: "event_callback",
    token: "of-old",
    team_id: teamId,
    api_app_id: APP_ID,
    event: { ...event, event_ts: (now / 1000).toFixed(6) },
    event_id: eventId,
    event_time: Math.floor(now / 1000),
    authorizations: [],
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed */
export function closedForm(scene: Pick<Scene, "person" | "teamId">, { view }: Modal): Readonly<Record<string, string>> {
  return { payload: JSON.stringify({ type: "view_closed", ...common(scene), view, is_cleared: false }) };
}
