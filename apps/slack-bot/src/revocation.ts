import type { App } from "@slack/bolt";
import type { Installation } from "./installation.ts";
import { type EventIntake, parseEvent } from "./inbox/intake.ts";
import type { SlackPort } from "./slack/port.ts";

export interface RevocationParts {
  readonly installation: Installation;
  /** The bot's own user; `undefined`: not known yet. */
  readonly botUser: () => string | undefined;
}

/** How often Slack is asked whether it knows the token again. In milliseconds. */
const ASKED_EVERY = 5 * 60_000;

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

/**
 * Asks Slack now and then, for as long as the app may not speak: an event that was kept over a restart may be older than a new installation, and
 * what an administrator took away may be given back. Answers what ends the asking.
 */
export function watchInstallation(installation: Installation, slack: Pick<SlackPort, "whoAmI">, every = ASKED_EVERY): () => Promise<void> {
  const timer = setInterval(() => void askAgain(installation, slack), every);
  timer.unref();
  return () => Promise.resolve(clearInterval(timer));
}

async function askAgain(installation: Installation, slack: Pick<SlackPort, "whoAmI">): Promise<void> {
  if (installation.ended === null) return;
  const isKnown = await slack.whoAmI().then(
    () => true,
    () => false,
  );
  if (isKnown) installation.resume();
}
