import type { App } from "@slack/bolt";
import type { Installation } from "./installation.ts";
import { type EventIntake, parseEvent } from "./inbox/intake.ts";

export interface RevocationParts {
  readonly installation: Installation;
  /** The bot's own user; `undefined`: not known yet. */
  readonly botUser: () => string | undefined;
}

/** Stops posting when the app is taken out of the workspace, or its token taken away. */
export function heedRevocation(app: App, parts: RevocationParts): void {
  app.event("app_uninstalled", ({ body }) => heed(body, parts));
  app.event("tokens_revoked", ({ body }) => heed(body, parts));
}

function heed(body: unknown, { installation, botUser }: RevocationParts): Promise<void> {
  const intake = parseEvent(body);
  const why = intake && whyEnded(intake, botUser());
  if (why !== null) installation.end(why);
  return Promise.resolve();
}

/** Pure. `null`: it is somebody else's token. */
export function whyEnded({ event }: EventIntake, botUser: string | undefined): string | null {
  if (event.type === "app_uninstalled") return "the app was taken out of the workspace";
  return botUser === undefined || event.tokens.bot.includes(botUser) ? "the bot's token was revoked" : null;
}
