import { SLACK_COMMAND, SLACK_EVENTS, type SlackEvent, type SlackScope, slackScopes } from "./methods.ts";

/** How Slack reaches the bot: at an address, or over a connection that the bot opens. */
export type SlackWay = { readonly kind: "http"; readonly url: string } | { readonly kind: "socket" };

/** Where the bot takes Slack's requests, below its host. */
export const REQUEST_PATH = "/slack/events";

/** What Slack makes an app of. The parts that Posture uses; Slack's own words for them. */
export interface SlackManifest {
  readonly _metadata: { readonly major_version: 2 };
  readonly display_information: {
    readonly name: string;
    readonly description: string;
    readonly long_description: string;
    readonly background_color: string;
  };
  readonly features: {
    readonly app_home: {
      readonly home_tab_enabled: boolean;
      readonly messages_tab_enabled: boolean;
      readonly messages_tab_read_only_enabled: boolean;
    };
    readonly bot_user: { readonly display_name: string; readonly always_online: boolean };
    readonly slash_commands: {
      readonly command: string;
      readonly url?: string;
      readonly description: string;
      readonly usage_hint: string;
      readonly should_escape: boolean;
    }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: SlackScope[] } };
  readonly settings: {
    readonly event_subscriptions: { readonly request_url?: string; readonly bot_events: SlackEvent[] };
    readonly interactivity: { readonly is_enabled: boolean; readonly request_url?: string };
    readonly org_deploy_enabled: boolean;
    readonly socket_mode_enabled: boolean;
    readonly token_rotation_enabled: boolean;
  };
}

const LONG_DESCRIPTION =
  "Posture looks at the settings of your AWS accounts, all the time, and says in Slack what is dangerous: " +
  "one message for each finding, which stays true. From that message anybody in your team reads the resource again, " +
  "or suppresses the finding with a justification and an expiry. It reads AWS only, and changes nothing there.";

/**
 * The app as Slack makes it, from what the bot uses. Pure.
 * Source: https://docs.slack.dev/reference/app-manifest
 */
export function slackManifest(way: SlackWay): SlackManifest {
  const address = way.kind === "http" ? way.url : undefined;
  const { command, description, usage_hint } = SLACK_COMMAND;
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: "Posture",
      description: "Finds dangerous settings in your AWS accounts, and keeps what it says true.",
      long_description: LONG_DESCRIPTION,
      background_color: "#16324f",
    },
    features: {
      app_home: {
        home_tab_enabled: "app_home_opened" in SLACK_EVENTS,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: true,
      },
      bot_user: { display_name: "posture", always_online: true },
      slash_commands: [{ command, ...(address !== undefined && { url: address }), description, usage_hint, should_escape: true }],
    },
    oauth_config: { scopes: { bot: slackScopes().map(({ scope }) => scope) } },
    settings: {
      event_subscriptions: { ...(address !== undefined && { request_url: address }), bot_events: eventNames() },
      interactivity: { is_enabled: true, ...(address !== undefined && { request_url: address }) },
      org_deploy_enabled: false,
      socket_mode_enabled: way.kind === "socket",
      token_rotation_enabled: false,
    },
  };
}

function eventNames(): SlackEvent[] {
  const isOurs = (name: string): name is SlackEvent => name in SLACK_EVENTS;
  return Object.keys(SLACK_EVENTS).filter(isOurs).toSorted();
}

/** Where Slack's requests go, of a bot that is reached at `base`. `null`: Slack does not take such an address. Pure. */
export function requestAddress(base: string): string | null {
  const url = URL.parse(base);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return null;
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith(REQUEST_PATH) ? path : path + REQUEST_PATH}`;
}
