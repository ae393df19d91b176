/* What the bot asks of Slack. The scopes of the app, its manifest and the guide follow from here; a test of the bot holds these tables to what it calls. */

/** Bot scopes that Posture may ask for. Source: https://docs.slack.dev/reference/scopes */
export type SlackScope =
  | "channels:history"
  | "channels:read"
  | "chat:write"
  | "commands"
  | "files:read"
  | "files:write"
  | "groups:history"
  | "groups:read"
  | "im:history"
  | "im:write"
  | "usergroups:read"
  | "users:read";

export interface SlackMethod {
  /** The bot scopes that it needs; of channels, the one for public and the one for private ones. */
  readonly scopes: readonly SlackScope[];
  /** What Posture does with it, as the end of "It is there to …". */
  readonly use: string;
}

/**
 * Every method that the bot calls, by name.
 * Source of the scopes: the page of each method, https://docs.slack.dev/reference/methods/<method>
 */
export const SLACK_METHODS: Readonly<Record<string, SlackMethod>> = {
  "auth.test": { scopes: [], use: "learn whether the token is good, and whose it is" },
  "bots.info": { scopes: ["users:read"], use: "learn which app it is, so as to refuse what is meant for another" },
  "chat.postMessage": { scopes: ["chat:write"], use: "post what it found" },
  "chat.update": { scopes: ["chat:write"], use: "keep its messages true" },
  "chat.postEphemeral": { scopes: ["chat:write"], use: "answer one person alone" },
  "chat.delete": { scopes: ["chat:write"], use: "take back a message of its own that was posted twice" },
  "chat.getPermalink": { scopes: [], use: "link to its messages" },
  "conversations.history": {
    scopes: ["channels:history", "groups:history", "im:history"],
    use: "look for a message of its own when Slack did not say whether it arrived",
  },
  "conversations.info": { scopes: ["channels:read", "groups:read"], use: "see whether it may post where an answer is to be shared" },
  "conversations.list": { scopes: ["channels:read", "groups:read"], use: "find channels that the settings name" },
  "conversations.members": { scopes: ["channels:read", "groups:read"], use: "see whose role comes of a channel" },
  "conversations.replies": {
    scopes: ["channels:history", "groups:history"],
    use: "look for such a message in a thread",
  },
  "usergroups.users.list": { scopes: ["usergroups:read"], use: "see whose role comes of a user group" },
  "conversations.open": { scopes: ["im:write"], use: "bring a file or a message to one person alone" },
  "files.getUploadURLExternal": { scopes: ["files:write"], use: "bring exports, and the trend as a picture" },
  "files.completeUploadExternal": { scopes: ["files:write"], use: "show them where they were asked for" },
  "files.info": { scopes: ["files:read"], use: "look whether a file arrived, and link to it" },
  "users.info": {
    scopes: ["users:read"],
    use: "tell full members of the workspace from guests, bots and strangers; name in threads who did something",
  },
  "views.open": { scopes: [], use: "open a window" },
  "views.publish": { scopes: [], use: "show the Home tab" },
  "views.update": { scopes: [], use: "show in a window what a choice would hide" },
};

interface Command {
  readonly command: string;
  readonly description: string;
  readonly usage_hint: string;
  readonly scope: SlackScope;
}

/** What people type. Source: https://docs.slack.dev/interactivity/implementing-slash-commands */
export const SLACK_COMMAND: Command = {
  command: "/posture",
  description: "Findings of your AWS accounts: ask, re-check, suppress",
  usage_hint: "summary | findings critical | export csv | show <id> | help",
  scope: "commands",
};

/** Events that Posture may listen to. Source: https://docs.slack.dev/reference/events */
export type SlackEvent = "app_home_opened" | "app_uninstalled" | "tokens_revoked";

/** Those that the bot listens to, and why. None of them needs a scope. */
export const SLACK_EVENTS: Readonly<Partial<Record<SlackEvent, string>>> = {
  app_home_opened: "show the Home tab to who opens it",
  app_uninstalled: "stop when the app is taken out of the workspace",
  tokens_revoked: "stop when its token is taken away",
};

/** Scopes without which the bot still works, and what is worse then. */
const DISPENSABLE: Readonly<Partial<Record<SlackScope, string>>> = {
  "usergroups:read": "user groups give no roles",
  "channels:history": "a message may be posted twice",
  "groups:history": "a message may be posted twice",
  "im:history": "a message to one person alone may be posted twice",
  "files:read": "a file may be brought twice, and the trend is drawn in characters",
  "files:write": "there are no exports, and the trend is drawn in characters",
  "im:write": "exports can only be brought to a channel",
};

/** The scope of the app-level token that Socket Mode takes. Source: https://docs.slack.dev/reference/methods/apps.connections.open */
export const APP_TOKEN_SCOPE = "connections:write";

export interface ScopeUse {
  readonly scope: SlackScope;
  readonly uses: readonly string[];
  /** What calls for it: methods, or the command. */
  readonly by: readonly string[];
  /** What is worse without it; `null`: the bot does not work then. */
  readonly without: string | null;
}

/** Every bot scope in alphabetical order, with what it is for. Pure. */
export function slackScopes(): readonly ScopeUse[] {
  const { command, scope: ofCommand } = SLACK_COMMAND;
  const asked = [
    { scope: ofCommand, by: command, use: "be asked with a slash command" },
    ...Object.entries(SLACK_METHODS).flatMap(([by, { scopes, use }]) => scopes.map((scope) => ({ scope, by, use }))),
  ];
  return [...Map.groupBy(asked, ({ scope }) => scope)]
    .map(([scope, all]) => ({
      scope,
      uses: all.map(({ use }) => use),
      by: all.map(({ by }) => by),
      without: DISPENSABLE[scope] ?? null,
    }))
    .toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
}
