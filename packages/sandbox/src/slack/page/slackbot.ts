import { type Place, spotIn } from "../acting.ts";
import type { Message } from "../room.ts";
import type { Person } from "../workspace.ts";
import { SLACKBOT } from "./message.ts";

/**
 * What Slack tells a person whose command the app did not take, and what lies behind it.
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands#best_practices
 */
export function failed({ name }: Person, line: string, place: Place, error: unknown, now: number): Message {
  const why = error instanceof Error ? error.message : String(error);
  const [command = line] = line.split(/\s/);
  const text = `${command} failed with the error "${codeOf(why)}": ${why}.`;
  return { ts: (now / 1000).toFixed(6), user: SLACKBOT, text, blocks: [], ephemeralFor: name, ...spotIn(place, { name }) };
}

function codeOf(why: string): string {
  if (why.includes("within 3 seconds")) return "operation_timeout";
  return why.includes("HTTP") ? "http_service_error" : "dispatch_failed";
}
