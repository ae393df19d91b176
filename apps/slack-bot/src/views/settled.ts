import type { Listed } from "@posture/runtime";
import type { RichTextElement } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { literal, rich, section, when, whoElement } from "./parts.ts";
import { whyElements } from "./why.ts";

/** Why nothing is left to decide about a finding. `by`: who had it re-checked when it was resolved, a Slack user id; `null`: nobody did. Pure. */
export function settledMessage({ finding, status, suppression }: Listed, by: string | null): Message {
  switch (status) {
    case "resolved": {
      const whose: RichTextElement[] = by === null ? [] : [literal(", by a re-check of "), { type: "user", user_id: by }];
      const since = finding.clearedAt === null ? [] : [literal(", since "), when(finding.clearedAt)];
      return told("This finding is resolved already", [...since, ...whose, literal(".")]);
    }
    case "suppressed":
      return suppression === null
        ? told("This finding is suppressed already", [literal(".")])
        : told("This finding is suppressed already", [
            literal(", by "),
            whoElement(suppression.by),
            literal(" until "),
            when(suppression.expiresAt),
            literal(": "),
            ...whyElements(suppression),
          ]);
    case "retired":
      return told("This finding is not watched any more", [literal(": its check is switched off.")]);
    case "unmonitored":
      return told("This finding is not watched any more", [literal(": its account or region is not watched.")]);
    case "open":
    case "covered":
      return told("A suppression of this finding waits for approval already", [literal(".")]);
  }
}

function told(words: string, rest: RichTextElement[]): Message {
  return { text: `${words}.`, blocks: [rich(section(literal(words), ...rest))] };
}
