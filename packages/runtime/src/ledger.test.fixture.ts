import { applyWrite, elapsed, emptyState, type Finding, fingerprintOf, GLOBAL, HOUR, type LogRecord, type StoreState } from "@posture/core";
import { type Answered, type Attempt, type House, NEW_ID, OLD_ID, regionOf } from "./house.test.fixture.ts";
import { FEW, type Story } from "./story.test.fixture.ts";

/* Holds the log of a story against what the house has answered. It knows nothing of how Posture decides. */

/** What the log says that the house does not bear out. */
export async function wrongsOf(story: Story): Promise<string[]> {
  const state = emptyState();
  const wrongs: string[] = [];
  for await (const record of story.store.records()) {
    wrongs.push(...wrongsIn(record, state, story));
    for (const write of record.writes) applyWrite(state, write);
    wrongs.push(...twice(record, state));
  }
  return wrongs;
}

/** Under its old and its new name a finding is one. */
function twice({ at, writes }: LogRecord, { findings }: StoreState): string[] {
  return writes.flatMap((write) => {
    if (write.kind !== "finding") return [];
    const { ref } = write.value;
    return findings.has(fingerprintOf(OLD_ID, ref)) && findings.has(fingerprintOf(NEW_ID, ref))
      ? [`${at} ${ref.name} has two findings`]
      : [];
  });
}

interface Turn {
  readonly before: readonly Finding[];
  readonly after: Finding;
}

function wrongsIn(record: LogRecord, state: StoreState, story: Story): string[] {
  const turns = record.writes.flatMap((write): Turn[] => {
    if (write.kind !== "finding") return [];
    const names = [write.value.fingerprint, ...write.value.aliases];
    return [{ before: names.flatMap((it) => state.findings.get(it) ?? []), after: write.value }];
  });
  return [...turns.flatMap((turn) => wrongsOfTurn(turn, record, state, story)), ...wrongsOfGuard(turns, record, state, story)];
}

function wrongsOfTurn(
  { before, after }: Turn,
  { events, at, writes }: LogRecord,
  { suppressions }: StoreState,
  { house, sweeps }: Story,
): string[] {
  const said = events.filter(({ subject }) => subject === after.fingerprint);
  const why = (type: string): string | undefined => said.find((event) => event.type === type)?.note;
  const wasFailing = before.some(({ condition }) => condition === "failing");
  const isFailing = after.condition === "failing";
  const wrong = (what: string): string[] => [`${at} ${after.checkId} of ${after.ref.name} ${what}`];
  const isRenamed = why("renamed") !== undefined;
  if (!isRenamed && before.some(({ evidenceAt }) => evidenceAt > after.evidenceAt)) return wrong("went back to older evidence");
  const isOtherwiseWatched = before.length > 0 && before.every(({ watched }) => watched !== after.watched);
  if (isOtherwiseWatched && why("watched-changed") === undefined) return wrong("came to be watched, or not, without a word");
  if (wasFailing === isFailing) return [];
  const sweptBy = events.flatMap(({ type, subject }) => (type === "sweep-finished" ? (sweeps.get(subject) ?? []) : []))[0];
  const live = sweptBy && [...sweptBy.live].find(([key]) => key.includes(`door/${after.ref.name}"`))?.[1];
  if (live !== undefined && live > after.evidenceAt) return wrong("was changed by what is older than a live read");
  if (isFailing) {
    const names = [after.fingerprint, ...after.aliases];
    const wasOver = before.some(({ clearedAt }) => clearedAt !== null && elapsed(clearedAt, at) >= HOUR);
    const ended = new Set(writes.flatMap((write) => (write.kind === "suppression" && write.value.ended ? [write.value.id] : [])));
    const old = [...suppressions.values()].filter(
      (it) => it.ended === null && "fingerprint" in it.scope && names.includes(it.scope.fingerprint),
    );
    if (wasOver && old.some(({ id }) => !ended.has(id))) return wrong("was reopened under a suppression that it had outlived");
    return isShown(after, house) ? [] : wrong("was opened by no answer");
  }
  if (after.stale) return wrong("is resolved and undecided at once");
  const note = why("resolved");
  if (note === undefined) return wrong("was resolved without a word");
  return isProved(after, note, house) ? [] : wrong(`was resolved (${note}) by no answer`);
}

function isDoor({ checkId }: Finding): boolean {
  return checkId !== "house/guard-asleep";
}
function isShown(finding: Finding, { answered }: House): boolean {
  const { ref, evidenceAt } = finding;
  return answered.some(({ name, at, says }) => name === ref.name && at === evidenceAt && says === (isDoor(finding) ? "open" : "asleep"));
}
function passes(finding: Finding, { says }: Answered): boolean {
  return says === "shut" || (!isDoor(finding) && says === "guarded");
}

function isProved(finding: Finding, note: string, { answered, attempts }: House): boolean {
  const { ref, evidenceAt } = finding;
  const own = answered.filter(({ name, at }) => name === ref.name && at === evidenceAt);
  if (note === "pass") return own.some((answer) => passes(finding, answer));
  return (
    note === "gone" &&
    (own.some(({ says }) => says === "gone") || attempts.some((it) => isAbsent(finding, it) && isOf(it, evidenceAt, attempts)))
  );
}

/** A listing to its end that has not shown it. */
function isAbsent({ ref }: Finding, { region, names, isWhole }: Attempt): boolean {
  return isWhole && !names.has(ref.name) && (region === GLOBAL || region === regionOf(ref.name));
}
/** A listing is dated by the instant before its first call, or by its source where that is older. */
function isOf(attempt: Attempt, at: string, all: readonly Attempt[]): boolean {
  if (attempt.sourceAt !== null && attempt.sourceAt <= at) return attempt.sourceAt === at;
  const [first] = all
    .filter(({ region, began }) => region === attempt.region && began > at)
    .toSorted((a, b) => (a.began < b.began ? -1 : 1));
  return first === attempt;
}

function wrongsOfGuard(turns: readonly Turn[], { at, events }: LogRecord, state: StoreState, { house, sweeps }: Story): string[] {
  const sweep = events.flatMap(({ type, subject }) => (type === "sweep-finished" ? (sweeps.get(subject) ?? []) : []))[0];
  if (!sweep) return [];
  const isHeld = events.some(({ type }) => type === "sweep-held");
  const failing = [...state.findings.values()].filter(({ condition, watched }) => condition === "failing" && watched === "yes");
  const resolved = turns.filter(({ before, after }) => after.condition === "cleared" && before.some((it) => failing.includes(it)));
  const isMuch = resolved.length > FEW.count && resolved.length > FEW.share * failing.length;
  if (isMuch && !isHeld) return [`${at} ${resolved.length} of ${failing.length} findings were resolved at first sight`];
  if (isHeld !== (sweep.looks.length === 2)) return [`${at} a sweep took ${sweep.looks.length} looks`];
  if (!isHeld) return [];
  return resolved.flatMap(({ after }) =>
    sweep.looks
      .filter((look) => !isProvedIn(look, after, house))
      .map((look) => `${at} look ${look} did not resolve ${after.ref.name}, and it was resolved`),
  );
}

function isProvedIn(look: number, finding: Finding, { answered, attempts }: House): boolean {
  const own = answered.filter((it) => it.look === look && it.name === finding.ref.name);
  return own.some((it) => it.says === "gone" || passes(finding, it)) || attempts.some((it) => it.look === look && isAbsent(finding, it));
}
