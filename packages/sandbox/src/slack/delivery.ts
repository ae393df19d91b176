import { createHmac } from "node:crypto";

/** How long Slack waits: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
export const PATIENCE = 3000;
export const TOO_LATE = "the app did not answer within 3 seconds";

/** What the bot said to a request. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Something that Slack tells the app: what a person did, as a form, or what happened, as JSON. */
export type Told = { readonly form: Readonly<Record<string, string>> } | { readonly event: object };

/**
 * Hands it to the bot at its address, signed as Slack signs it.
 *
 * @throws {Error} where the bot does not answer with 200 within 3 s
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export async function deliver(botUrl: string, secret: string, told: Told, now: number): Promise<Reply> {
  const body = "form" in told ? new URLSearchParams(told.form).toString() : JSON.stringify(told.event);
  const timestamp = String(Math.floor(now / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const response = await fetch(botUrl, {
    method: "POST",
    headers: {
      "content-type": "form" in told ? "application/x-www-form-urlencoded" : "application/json",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((error: unknown) => {
    const late = error instanceof Error && error.name === "TimeoutError";
    throw new Error(late ? TOO_LATE : `the app at ${botUrl} cannot be reached`, { cause: error });
  });
  const reply = { status: response.status, body: await response.text() };
  if (response.status !== 200) throw new Error(`the app answered with HTTP ${reply.status}`);
  return reply;
}
