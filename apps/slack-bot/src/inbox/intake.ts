import { createHash } from "node:crypto";
import { parse as parseForm } from "node:querystring";
import { z } from "zod";
import { typedText } from "./escaped.ts";
import { foreign, type Ours } from "./origin.ts";

const id = z.string().max(200);
const user = z.object({ id });
const team = z.object({ id }).nullish();

/** A slash command. Source: https://docs.slack.dev/interactivity/implementing-slash-commands */
const command = z.object({
  command: z.string(),
  text: z.string().max(3000).transform(typedText).default(""),
  user_id: id,
  team_id: id.optional(),
  channel_id: id,
  response_url: z.string().max(2000).optional(),
  trigger_id: id,
});

const chosen = z.object({ value: z.string().max(2000) });
const values = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      type: z.string(),
      value: z.string().max(3000).nullish(),
      selected_option: chosen.nullish(),
      selected_options: z.array(chosen).max(100).optional(),
      selected_user: z.string().max(200).nullish(),
    }),
  ),
);
/** A modal with what stands in its fields. */
const modal = z.object({ id, callback_id: id, hash: id.optional(), private_metadata: z.string().max(3000), state: z.object({ values }) });

/** A button or a menu, of a message or of a modal. Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const actions = z.object({
  type: z.literal("block_actions"),
  user,
  team,
  channel: z.object({ id }).optional(),
  message: z.object({ ts: id }).optional(),
  /** Of a message that only one person sees, this alone says which it is. */
  container: z.object({ message_ts: id.optional() }).optional(),
  response_url: z.string().max(2000).optional(),
  trigger_id: id,
  view: modal.optional(),
  actions: z
    .array(
      z.object({
        type: z.string(),
        action_id: id,
        block_id: id.optional(),
        action_ts: id,
        value: z.string().max(2000).optional(),
        selected_option: chosen.nullish(),
      }),
    )
    .min(1),
});

const menus = z.record(
  z.string(),
  z.record(z.string(), z.object({ selected_option: z.object({ value: z.string().max(2000) }).nullish() })),
);

/** A button or a menu in the Home tab, with what the menus there show. Source: as of the others. */
const homeAction = actions.omit({ channel: true, message: true, container: true, response_url: true }).extend({
  view: z.object({
    type: z.literal("home"),
    id,
    hash: id.optional(),
    private_metadata: z.string().max(3000),
    state: z.object({ values: menus }).optional().catch(undefined),
  }),
});

/** The Home tab is looked at; `view`: what it shows. Source: https://docs.slack.dev/reference/events/app_home_opened */
const homeOpened = z.object({
  type: z.literal("event_callback"),
  event_id: id,
  team_id: id.optional(),
  event: z.object({
    type: z.literal("app_home_opened"),
    user: id,
    tab: z.literal("home"),
    view: z
      .object({ hash: id, private_metadata: z.string().max(3000) })
      .optional()
      .catch(undefined),
  }),
});

/** A modal that was submitted. Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const submission = z.object({
  type: z.literal("view_submission"),
  user,
  team,
  trigger_id: id,
  view: modal,
});

/** What happened to the app itself. Source: https://docs.slack.dev/apis/events-api */
const event = z.object({
  type: z.literal("event_callback"),
  event_id: id,
  team_id: id.optional(),
  event: z.discriminatedUnion("type", [
    z.object({ type: z.literal("app_uninstalled") }),
    /** By user id. Source: https://docs.slack.dev/reference/events/tokens_revoked */
    z.object({ type: z.literal("tokens_revoked"), tokens: z.object({ bot: z.array(id).max(1000).default([]) }) }),
  ]),
});

/** Source: https://docs.slack.dev/reference/events/url_verification */
const challenge = z.object({ type: z.literal("url_verification"), challenge: z.string().max(500) });

/** Only what is used is kept: the inbox is a file on a disk. */
const intake = z.union([submission, actions, command]);
const inbound = z.union([submission, homeAction, actions, command, homeOpened, event]);
/** What a person did. */
export type Intake = z.infer<typeof intake>;
export type CommandIntake = z.infer<typeof command>;
export type ActionIntake = z.infer<typeof actions>;
export type SubmissionIntake = z.infer<typeof submission>;
export type HomeActionIntake = z.infer<typeof homeAction>;
export type HomeOpenedIntake = z.infer<typeof homeOpened>;
export type EventIntake = z.infer<typeof event>;
/** Whatever is kept until it is done. */
export type Inbound = z.infer<typeof inbound>;

/** What stands in the fields of a modal, by block and action. */
export type ModalValues = z.infer<typeof values>;

export function isSubmission(intake: Inbound): intake is SubmissionIntake {
  return "type" in intake && intake.type === "view_submission";
}

export type Read =
  | { readonly kind: "intake"; readonly intake: Inbound; readonly key: string }
  /** Slack asks whether the address is ours. */
  | { readonly kind: "challenge"; readonly challenge: string }
  /** Signed and well-formed, and of no concern to us. */
  | { readonly kind: "other" }
  /** For another app, or from another workspace. */
  | { readonly kind: "foreign"; readonly why: string }
  | { readonly kind: "rubbish" };

/** Parses the body of a verified request: a form, or JSON. Never throws. */
export function readIntake(contentType: string, body: string, ours: Ours): Read {
  return readPayload(contentType.includes("json") ? jsonObject(body) : formObject(body), ours);
}

/** The same for what has been parsed already, and may be anything. */
export function readPayload(given: unknown, ours: Ours): Read {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return { kind: "rubbish" };
  const asked = "challenge" in given ? challenge.safeParse(given) : null;
  if (asked?.success) return { kind: "challenge", challenge: asked.data.challenge };
  const why = foreign(given, ours);
  if (why !== null) return { kind: "foreign", why };
  // One look tells which it is: trying each in turn costs as much again while somebody waits.
  const shape = "command" in given ? command : inbound;
  const parsed = shape.safeParse(given);
  return parsed.success ? { kind: "intake", intake: parsed.data, key: keyOf(parsed.data) } : { kind: "other" };
}

/** A field that is there twice is a list, which nothing takes. */
function formObject(body: string): object | null {
  const form = parseForm(body);
  const { payload } = form;
  if (payload === undefined) return form;
  return typeof payload === "string" ? jsonObject(payload) : null;
}

/** A signed `null` is valid JSON, and would end the process further on. */
function jsonObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The same click, submission or command has the same key, however often it is delivered. */
function keyOf(it: Inbound): string {
  if ("command" in it) return `command:${it.trigger_id}`;
  if (it.type === "event_callback") return `event:${it.event_id}`;
  // A window that was refused keeps its id and its hash when it is submitted again.
  if (it.type === "view_submission") return `view:${it.view.id}:${it.trigger_id}`;
  const [first] = it.actions;
  const place = "message" in it ? it.message?.ts : undefined;
  const identity = [it.team?.id, it.user.id, place ?? it.view?.id, first?.action_id, first?.action_ts];
  return `action:${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32)}`;
}

export function parseIntake(value: unknown): Intake | null {
  return intake.safeParse(value).data ?? null;
}

export function parseEvent(value: unknown): EventIntake | null {
  return event.safeParse(value).data ?? null;
}

export function parseHomeAction(value: unknown): HomeActionIntake | null {
  return homeAction.safeParse(value).data ?? null;
}

export function parseHomeOpened(value: unknown): HomeOpenedIntake | null {
  return homeOpened.safeParse(value).data ?? null;
}

export function parseInbound(value: unknown): Inbound | null {
  return inbound.safeParse(value).data ?? null;
}
