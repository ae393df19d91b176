import { userInfo } from "node:os";
import type { Actor } from "@posture/core";
import type { Recheck } from "@posture/runtime";
import pc from "picocolors";
import { withPosture } from "../open.ts";
import { printed } from "./scan.ts";

export interface RecheckOptions {
  readonly format: "text" | "json";
  readonly store?: string;
  readonly config?: string;
}

/** `posture recheck <id>`. Answers the exit code. */
export async function recheck(id: string, { format, store, config }: RecheckOptions): Promise<number> {
  return withPosture({ store, config }, async (posture) => {
    const { finding } = await posture.find(id);
    const by: Actor = { kind: "user", id: userInfo().username, via: "cli" };
    const answer = await posture.recheck(finding.fingerprint, by);
    await printed(format === "json" ? `${JSON.stringify(answer)}\n` : recheckText(answer));
    return 0;
  });
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

const WHY = { pass: "the condition is gone.", "not-applicable": "the check no longer concerns this resource.", gone: "the resource is gone." } as const;
