import { nearest, unknownCheck } from "@posture/config";
import { type FindingOrder, type Instant, postureError, type Severity, type Status, STATUSES } from "@posture/core";
import type { Asked, Listed, Posture, Summary } from "@posture/runtime";
import { withMe } from "../assigning/me.ts";
import { out } from "../colours.ts";
import { wasAllRead } from "../coverage-text.ts";
import { findingText } from "../finding-text.ts";
import { findingsList } from "../findings-text.ts";
import { storeWords, withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { plural } from "../words.ts";

export interface FindingOptions {
  readonly format: "table" | "text" | "json";
  readonly store?: string;
  readonly config?: string;
}

export interface FindingsOptions extends FindingOptions {
  readonly framework?: string;
  readonly severity?: readonly Severity[];
  readonly status?: readonly string[];
  readonly service?: readonly string[];
  readonly check?: readonly string[];
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly tag?: Readonly<Record<string, readonly string[]>>;
  /** Ids of assignees, `me` or `none`. */
  readonly assignee?: readonly string[];
  readonly text?: string;
  readonly since?: Instant;
  readonly until?: Instant;
  readonly sort?: FindingOrder;
}

/** `posture findings list`, and `posture findings [id]`. Answers the exit code. */
export async function findings(id: string | undefined, options: FindingsOptions): Promise<number> {
  if (id !== undefined) return finding(id, options);
  const { format, store, config, sort } = options;
  const wanted = (options.status ?? ["open"]).map(statusNamed);
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    await requireChecks(posture, options.check ?? []);
    const asked = askedBy(await withMe(options), wanted);
    const listed = await posture.list(asked, sort === undefined ? {} : { order: sort });
    const shown: Shown = { wanted, isFiltered: Object.keys(asked).length > 1, isSorted: sort !== undefined && sort !== "gravest" };
    await printed(format === "json" ? json(listed) : listText(allPrintable(listed), shown, await posture.summary(), widthOf()));
    return 0;
  });
}

/** `posture findings show <id>`. Answers the exit code. @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS */
export async function finding(id: string, { format, store, config }: FindingOptions): Promise<number> {
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    const found = await posture.find(id);
    const check = posture.checks.get(found.finding.checkId);
    await printed(
      format === "json" ? json(found) : findingText(allPrintable(found), check, { width: widthOf(), store: storeWords(store) }),
    );
    return 0;
  });
}

/** What was typed, as it is asked; `me` is somebody by then. Pure. */
export function askedBy(options: Omit<FindingsOptions, "format">, statuses: readonly Status[]): Asked {
  const { severity, framework, service, check, account, region, tag, assignee, text, since, until } = options;
  return {
    statuses,
    ...(severity && { severities: severity }),
    ...(framework !== undefined && { framework }),
    ...(service && { categories: service }),
    ...(check && { checks: check }),
    ...(account && { accounts: account }),
    ...(region && { regions: region }),
    ...(tag && { tags: tag }),
    ...(assignee && { assignees: assignee }),
    ...(text !== undefined && { text }),
    ...(since !== undefined && { openedFrom: since }),
    ...(until !== undefined && { openedBefore: until }),
  };
}

/** One that is switched off may still have findings. @throws {PostureError} POSTURE_CHECK_UNKNOWN, with the nearest one. */
export async function requireChecks(posture: Posture, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const isKnown = posture.checks.has(id) || (await posture.list({ checks: [id] }, { limit: 1 })).length > 0;
    if (!isKnown) throw unknownCheck(id, [...posture.checks.keys()]);
  }
}

/** @throws {PostureError} POSTURE_STATUS_UNKNOWN, with the nearest one. */
export function statusNamed(word: string): Status {
  const found = STATUSES.find((status) => status === word);
  if (found) return found;
  const near = nearest(word, STATUSES);
  throw postureError("POSTURE_STATUS_UNKNOWN", {
    status: word,
    nearest: near ? `; did you mean ${near}?` : ".",
    statuses: STATUSES.join(", "),
  });
}

interface Shown {
  readonly wanted: readonly Status[];
  /** Whether anything besides the status was asked for. */
  readonly isFiltered?: boolean;
  /** Whether another order than by severity was asked for. */
  readonly isSorted?: boolean;
}

/** Pure. An empty list is no good news where nothing, or not everything, was read. */
export function listText(
  listed: readonly Listed[],
  { wanted, isFiltered = false, isSorted = false }: Shown,
  summary: Summary,
  width: number,
): string {
  const { lastSweep, undecided, unread } = summary;
  const list = (): string =>
    `${findingsList(listed, width, { withStatus: wanted.length > 1, grouped: !isSorted })}\n\n${plural(listed.length, "finding")}`;
  if (!lastSweep && listed.length > 0)
    return `${list()}\n${out.yellow("Only some checks have been swept yet.")} ${out.dim("`posture scan` sweeps them all.")}\n`;
  if (!lastSweep) return `Nothing has been swept yet. ${out.dim("`posture scan` is the first step.")}\n`;
  const gap = wasAllRead({ coverage: lastSweep.coverage, undecided, unread })
    ? ""
    : `\n${out.yellow("The last sweep could not read everything.")} ${out.dim("`posture summary` says what.")}`;
  if (listed.length > 0) return `${list()}${gap}\n`;
  const next = isFiltered ? "`posture findings` lists all that are open." : "`posture scan` looks again.";
  return `No findings that are ${wanted.join(" or ")}${isFiltered ? " fit what was asked for" : ""}. ${out.dim(next)}${gap}\n`;
}
