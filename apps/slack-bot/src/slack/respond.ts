import type { Message } from "./port.ts";

const HOSTS = new Set(["hooks.slack.com", "hooks.slack-gov.com"]);
const PATIENCE = 5000;

/** May an answer be sent there? Only Slack itself, or the local Slack that the settings name. Pure. */
export function isSlackAddress(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin, port, username, password } = new URL(url);
  if (username !== "" || password !== "") return false;
  if (apiUrl !== undefined) return origin === new URL(apiUrl).origin;
  return protocol === "https:" && port === "" && HOSTS.has(hostname);
}

/**
 * Answers a command or a click, for the asking person's eyes; with `replaces`, in the place of the message that was clicked. `false`: Slack did not take it.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export async function respond(url: string, message: Message, replaces = false): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ response_type: "ephemeral", replace_original: replaces, ...message }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
