import { createHmac } from "node:crypto";

/** How long Slack waits: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
const PATIENCE = 3000;

/** What the bot said to a request. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/**
 * Hands a form to the bot, signed as Slack signs it.
 *
 * @throws {Error} where the bot does not answer with 200 within 3 s
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export async function deliver(botUrl: string, secret: string, form: Readonly<Record<string, string>>, now: number): Promise<Reply> {
  const body = new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(now / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const response = await fetch(botUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((error: unknown) => {
    const late = error instanceof Error && error.name === "TimeoutError";
    throw new Error(late ? "the app did not answer within 3 seconds" : `the app at ${botUrl} cannot be reached`, { cause: error });
  });
  const reply = { status: response.status, body: await response.text() };
  if (response.status !== 200) throw new Error(`the app answered with HTTP ${reply.status}`);
  return reply;
}
