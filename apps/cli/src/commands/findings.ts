import { nearest } from "@posture/config";
import { postureError, type Severity, type Status, STATUSES } from "@posture/core";
import { type Listed, type Summary } from "@posture/runtime";
import { out } from "../colours.ts";
import { wasAllRead } from "../coverage-text.ts";
import { findingText } from "../finding-text.ts";
import { findingsList } from "../findings-text.ts";
import { storeWords, withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { plural } from "../words.ts";

export interface FindingsOptions {
  readonly format: "table" | "json";
  readonly store?: string;
  readonly framework?: string;
  readonly severity?: readonly Severity[];
  readonly status?: readonly string[];
  readonly config?: string;
}

/** `posture findings [id]`. Answers the exit code. */
export async function findings(
  id: string | undefined,
  { format, store, framework, severity, status, config }: FindingsOptions,
): Promise<number> {
  const wanted = (status ?? ["open"]).map(statusNamed);
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    if (id !== undefined) {
      const found = await posture.find(id);
      const check = posture.checks.get(found.finding.checkId);
      await printed(
        format === "json" ? json(found) : findingText(allPrintable(found), check, { width: widthOf(), store: storeWords(store) }),
      );
      return 0;
    }
    const asked = { statuses: wanted, ...(severity && { severities: severity }), ...(framework !== undefined && { framework }) };
    const listed = await posture.list(asked);
    await printed(format === "json" ? json(listed) : listText(allPrintable(listed), wanted, await posture.summary(), widthOf()));
    return 0;
  });
}

/** @throws {PostureError} POSTURE_STATUS_UNKNOWN, with the nearest one. */
function statusNamed(word: string): Status {
  const found = STATUSES.find((status) => status === word);
  if (found) return found;
  const near = nearest(word, STATUSES);
  throw postureError("POSTURE_STATUS_UNKNOWN", {
    status: word,
    nearest: near ? `; did you mean ${near}?` : ".",
    statuses: STATUSES.join(", "),
  });
}

/** Pure. An empty list is no good news where nothing, or not everything, was read. */
export function listText(listed: readonly Listed[], wanted: readonly string[], summary: Summary, width: number): string {
  const { lastSweep, undecided, unread } = summary;
  if (!lastSweep && listed.length > 0)
    return `${findingsList(listed, width, wanted.length > 1)}\n\n${plural(listed.length, "finding")}\n${out.yellow("Only some checks have been swept yet.")} ${out.dim("`posture scan` sweeps them all.")}\n`;
  if (!lastSweep) return `Nothing has been swept yet. ${out.dim("`posture scan` is the first step.")}\n`;
  const gap = wasAllRead({ coverage: lastSweep.coverage, undecided, unread })
    ? ""
    : `\n${out.yellow("The last sweep could not read everything.")} ${out.dim("`posture summary` says what.")}`;
  if (listed.length === 0) return `No findings that are ${wanted.join(" or ")}. ${out.dim("`posture scan` looks again.")}${gap}\n`;
  return `${findingsList(listed, width, wanted.length > 1)}\n\n${plural(listed.length, "finding")}${gap}\n`;
}
