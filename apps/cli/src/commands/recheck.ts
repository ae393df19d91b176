import { userInfo } from "node:os";
import { type Recheck, recheckThroughHolder } from "@posture/runtime";
import pc from "picocolors";
import { placeOf, withPosture } from "../open.ts";
import { printed } from "./scan.ts";

export interface RecheckOptions {
  readonly format: "text" | "json";
  readonly store?: string;
  readonly config?: string;
}

/** `posture recheck <id>`. Answers the exit code. */
export async function recheck(id: string, { format, store, config }: RecheckOptions): Promise<number> {
  const by = { kind: "user", id: userInfo().username, via: "cli" } as const;
  const answer =
    // A running bot holds the store; then it does the reading, and updates its message too.
    (await recheckThroughHolder(placeOf(store), id, by)) ??
    (await withPosture({ store, config }, async (posture) => posture.recheck((await posture.find(id)).finding.fingerprint, by)));
  await printed(format === "json" ? `${JSON.stringify(answer)}\n` : recheckText(answer));
  return 0;
}

export function recheckText({ answer, readAt, calls }: Recheck): string {
  const read = pc.dim(`Read at ${readAt} with ${calls} ${calls === 1 ? "call" : "calls"}.`);
  switch (answer.kind) {
    case "resolved":
      return `${pc.green("✔ Resolved")}: ${WHY[answer.why]}\n  It was: ${answer.before.message.text}\n${read}\n`;
    case "unchanged":
      return `${pc.red("✖ Still failing")}: ${answer.finding.message.text}\n${read}\n`;
    case "changed":
      return `${pc.red("✖ Still failing, but differently")}:\n  before: ${answer.before.message.text}\n  now:    ${answer.finding.message.text}\n${read}\n`;
    case "unreadable": {
      const { reason, missing, detail } = answer.undecided;
      const grant = missing.length > 0 ? `\n  Grant ${missing.join(", ")}, then re-check.` : "";
      return `${pc.yellow("? Could not be read")}: ${detail || reason}${grant}\n  The finding stays as it was: ${answer.status}.\n${read}\n`;
    }
  }
}

const WHY = {
  pass: "the condition is gone.",
  "not-applicable": "the check no longer concerns this resource.",
  gone: "the resource is gone.",
} as const;
