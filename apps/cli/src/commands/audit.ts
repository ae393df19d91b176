import { nearest } from "@posture/config";
import {
  type AuditSource,
  EVENT_TYPES,
  type Finding,
  type FindingStore,
  isNamedBy,
  type LogReport,
  postureError,
  shortIds,
  verifyLog,
} from "@posture/core";
import { openAudit, openStore, storyOfFinding, storyOfSuppression } from "@posture/runtime";
import { anchorOf } from "../anchor.ts";
import { eventsOf, type Wanted } from "../audit-story.ts";
import { eventLine, storyText } from "../audit-text.ts";
import { AUDIT_EXIT, verdictOf, verifyText } from "../audit-verify-text.ts";
import { explain } from "../errors.ts";
import { placeOf, type StoreOptions, storeWords } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { counted } from "../progress.ts";

export interface VerifyOptions extends StoreOptions {
  readonly format: "text" | "json";
  /** `seq:hash`, or files that hold one. */
  readonly anchor?: readonly string[];
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

/** `posture audit verify`. Answers the exit code; 4 also for what keeps it from being verified at all. */
export async function verify(options: VerifyOptions): Promise<number> {
  try {
    return await verified(options);
  } catch (error) {
    process.stderr.write(explain(error));
    return AUDIT_EXIT.unreadable;
  }
}

async function verified({ format, store, config, anchor = [], strict = false, quiet = false }: VerifyOptions): Promise<number> {
  const given = await Promise.all(anchor.map(anchorOf));
  const place = await placeOf({ store, config });
  const source = await openAudit(place, { onWarning: warn });
  try {
    const report = await withProgress(source, given, quiet);
    const verdict = verdictOf(report, strict);
    const whole = { schema: "posture.audit-verify/1", verdict, place, ...report };
    const screen = { place, verdict, width: widthOf(), store: storeWords(store) };
    await printed(format === "json" ? json(whole) : verifyText(allPrintable(report), allPrintable(screen)));
    return AUDIT_EXIT[verdict];
  } finally {
    await source.close();
  }
}

async function withProgress({ entries, anchors, shown }: AuditSource, given: AuditSource["anchors"], quiet: boolean): Promise<LogReport> {
  const progress = counted(process.stderr, quiet, "Verifying", "record");
  return verifyLog(entries, { anchors: [...anchors, ...given], shown, onProgress: progress.show }).finally(progress.end);
}

export interface ShowOptions extends StoreOptions {
  readonly format: "text" | "json";
}

/** `posture audit show <id>`. Answers the exit code. */
export async function auditShown(typed: string, { format, ...options }: ShowOptions): Promise<number> {
  return withStore(options, async (store) => {
    const finding = await findingNamed(store, typed);
    const story = await (finding ? storyOfFinding(store.records(), finding) : storyOfSuppression(store.records(), typed));
    await printed(format === "json" ? json({ schema: "posture.audit-show/1", ...story }) : storyText(allPrintable(story), widthOf()));
    return 0;
  });
}

export interface ListOptions extends StoreOptions, Wanted {
  readonly format: "text" | "json";
}

const AT_ONCE = 500;

/** `posture audit list`. Answers the exit code. A log may be longer than memory, so it is printed in pieces. */
export async function auditListed({ format, store: place, config, ...wanted }: ListOptions): Promise<number> {
  for (const type of wanted.type ?? []) mustBeType(type);
  return withStore({ store: place, config }, async (store) => {
    let piece: string[] = [];
    let count = 0;
    for await (const it of eventsOf(store.records(), wanted)) {
      count += 1;
      const lead = count === 1 ? "[" : ",";
      piece.push(format === "json" ? `${lead}${json(it.entry)}` : `${eventLine(allPrintable(it))}\n`);
      if (piece.length < AT_ONCE) continue;
      await printed(piece.join(""));
      piece = [];
    }
    const end = format === "json" ? (count === 0 ? "[]\n" : "]\n") : count === 0 ? "No event is all of that.\n" : "";
    await printed(`${piece.join("")}${end}`);
    return 0;
  });
}

/** @throws {PostureError} POSTURE_EVENT_UNKNOWN */
function mustBeType(type: string): void {
  const types: readonly string[] = EVENT_TYPES;
  if (types.includes(type)) return;
  const near = nearest(type, types);
  throw postureError("POSTURE_EVENT_UNKNOWN", {
    type,
    nearest: near === null ? "." : `; did you mean ${near}?`,
    types: types.join(", "),
  });
}

/** @throws {PostureError} POSTURE_AUDIT_MISSING, POSTURE_STORE_… */
async function withStore<T>(options: StoreOptions, use: (store: FindingStore) => Promise<T>): Promise<T> {
  const place = await placeOf(options);
  // A store that is not there has no log, and is not made for a question about it.
  await (await openAudit(place)).close();
  const store = await openStore(place, { now: () => new Date().toISOString(), readOnly: true, onWarning: warn });
  return use(store).finally(() => store.close());
}

async function findingNamed(store: FindingStore, typed: string): Promise<Finding | null> {
  const found = await store.read({ findings: "all" }, ({ findings }) => findings.filter((finding) => isNamedBy(finding, typed.trim())));
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first ?? null;
  const ids = shortIds(found.slice(0, 5).map(({ fingerprint }) => fingerprint));
  throw postureError("POSTURE_FINDING_AMBIGUOUS", { id: typed, candidates: [...ids.values()].join(", ") });
}

function warn(warning: string): void {
  process.stderr.write(`${warning}\n`);
}
