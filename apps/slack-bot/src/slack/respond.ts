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

/** What came of an answer. `blocks`: Slack does not take blocks such as these; `lost`: it took nothing, for another reason. */
export type Taken = "taken" | "blocks" | "lost";

/**
 * Answers a command or a click, for the asking person's eyes; with `replaces`, in the place of the message that was clicked.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export async function respond(url: string, { text, blocks }: Omit<Message, "plainer">, replaces = false): Promise<Taken> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ response_type: "ephemeral", replace_original: replaces, mrkdwn: false, text, blocks }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) {
      await answer.body?.cancel();
      return "taken";
    }
    return (await answer.text()).includes("invalid_blocks") ? "blocks" : "lost";
  } catch {
    return "lost";
  }
}
