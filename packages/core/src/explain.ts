import { advance } from "./advance.ts";
import { type Finding, fingerprintOf } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Replay } from "./replay.ts";
import { factsAbout, factOfSuppression, isAboutSuppression, liveReadOf, type Telling, tellingsOf } from "./retell.ts";
import type { LogRecord } from "./store.ts";
import type { Suppression } from "./suppression.ts";

/**
 * Is every finding and suppression of this record what `advance` makes of the state before it and of the facts that the record's own events tell?
 * `null`: it is; otherwise what is not. Of what was known it reads `replay`, and changes nothing.
 */
export function unexplained(replay: Replay, record: LogRecord): string | null {
  const tellings = tellingsOf(record.events);
  // Most records are about messages and requests.
  if (tellings.length === 0 && !record.writes.some(({ kind }) => kind === "finding" || kind === "suppression")) return null;
  const written = writtenIn(record);
  if (typeof written === "string") return written;
  return new Retelling(replay, written, record.at).problemOf(tellings);
}

/** So often facts are tried for one finding of a record: whoever forges one must not be able to make its explanation last for ever. */
const MOST_TRIES = 20_000;

interface Written {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly suppressions: ReadonlyMap<string, Suppression>;
}

function writtenIn({ writes }: LogRecord): Written | string {
  const findings = new Map<string, Finding>();
  const suppressions = new Map<string, Suppression>();
  for (const { kind, value } of writes) {
    if (kind === "finding") {
      if (findings.has(value.fingerprint)) return `it writes the finding ${value.fingerprint} twice`;
      findings.set(value.fingerprint, value);
    } else if (kind === "suppression") {
      if (suppressions.has(value.id)) return `it writes the suppression ${value.id} twice`;
      suppressions.set(value.id, value);
    }
  }
  return { findings, suppressions };
}

class Retelling {
  readonly #replay: Replay;
  readonly #written: Written;
  readonly #now: Instant;
  readonly #findings = new Map<string, Finding>();
  readonly #suppressions = new Map<string, Suppression>();
  /** Of each finding, its value after each of the facts. */
  readonly #values = new Map<Telling, Finding>();

  constructor(replay: Replay, written: Written, now: Instant) {
    this.#replay = replay;
    this.#written = written;
    this.#now = now;
  }

  problemOf(tellings: readonly Telling[]): string | null {
    const ofFindings = tellings.filter((telling) => !isAboutSuppression(telling));
    const bySubject = Map.groupBy(ofFindings, ({ subject }) => subject);
    for (const telling of tellings) {
      const problem = isAboutSuppression(telling) ? this.#retellSuppression(telling) : this.#retellFinding(telling, bySubject);
      if (problem !== null) return problem;
    }
    return this.#difference();
  }

  /** All that the record tells of one finding is told at its first event; the values between are kept for the suppressions that ended meanwhile. */
  #retellFinding(telling: Telling, bySubject: Map<string, Telling[]>): string | null {
    const { subject, events } = telling;
    const all = bySubject.get(subject);
    if (all?.[0] === telling) {
      const written = this.#written.findings.get(subject);
      const [{ type, note }] = events;
      if (!written) return `its event says ${type} of the finding ${subject}, which it does not write`;
      const known = this.#finding(type === "renamed" ? fingerprintOf(note, written.ref) : subject);
      const values = valuesAfter(all, 0, {
        known,
        written,
        namesake: type === "renamed" ? this.#finding(subject) : null,
        now: this.#now,
        tries: { left: MOST_TRIES },
      });
      if (typeof values === "string") return values;
      for (const [i, value] of values.entries()) this.#values.set(all[i] ?? telling, value);
      this.#values.set(all.at(-1) ?? telling, written);
    }
    const value = this.#values.get(telling);
    if (value) this.#findings.set(subject, value);
    return null;
  }

  #retellSuppression(telling: Telling): string | null {
    const { subject, events } = telling;
    const [{ type }] = events;
    const written = this.#written.suppressions.get(subject);
    if (!written) return `its event says ${type} of the suppression ${subject}, which it does not write`;
    const fact = factOfSuppression(telling, written);
    const finding = "fingerprint" in written.scope ? this.#finding(written.scope.fingerprint) : null;
    const suppressions = fact.type === "suppress" ? this.#suppressionsOf(finding) : this.#suppression(subject);
    const { writes, events: expected, refused } = advance({ finding, suppressions }, fact, this.#now);
    if (refused) return `its event says ${what(telling)}, which would have been refused (${refused})`;
    if (!isSame(expected, events)) return notFollowing(telling);
    for (const { kind, value } of writes) if (kind === "suppression") this.#suppressions.set(value.id, value);
    return null;
  }

  #difference(): string | null {
    for (const [fingerprint, written] of this.#written.findings) {
      const expected = this.#findings.get(fingerprint) ?? this.#dated(written);
      if (!expected) return `it writes the finding ${fingerprint}, and no event says why`;
      const member = differenceOf(expected, written);
      if (member !== null) return otherwise(written, member);
    }
    for (const [id, written] of this.#written.suppressions) {
      const expected = this.#suppressions.get(id);
      if (!expected) return `it writes the suppression ${id}, and no event says why`;
      const member = differenceOf(expected, written);
      if (member !== null) return `it writes the suppression ${id} otherwise than its events say (${member})`;
    }
    return null;
  }

  /** A live read that finds nothing new is the only thing that is written and not told. */
  #dated(written: Finding): Finding | null {
    return readSilently(this.#finding(written.fingerprint), written, this.#now);
  }

  #finding(fingerprint: string): Finding | null {
    return this.#findings.get(fingerprint) ?? this.#replay.finding(fingerprint);
  }
  #suppression(id: string): Suppression[] {
    const found = this.#suppressions.get(id) ?? this.#replay.state.suppressions.get(id);
    return found ? [found] : [];
  }
  #suppressionsOf(finding: Finding | null): Suppression[] {
    const known = finding ? this.#replay.suppressionsOf(finding) : [];
    return [...known.filter(({ id }) => !this.#suppressions.has(id)), ...this.#suppressions.values()].filter(({ ended }) => ended === null);
  }
}

interface Told {
  readonly known: Finding | null;
  readonly written: Finding;
  /** Of a rename: what had the new identity already. */
  readonly namesake: Finding | null;
  readonly now: Instant;
  /** Counted down, over the whole search. */
  readonly tries: { left: number };
}

/** The values of a finding after each of the facts that are told of it, of which the last must be the written one; or why it cannot have come so. */
function valuesAfter(all: readonly Telling[], from: number, told: Told): Finding[] | string {
  const { known, written, now } = told;
  const telling = all[from];
  if (!telling) return known === null ? [] : endedAs(known, written, now);
  const plain = valuesFrom(known, telling, all, from, told);
  // A read that nobody was told of may have come before it: a change event is read, and then said to be about what nobody watches.
  const read = typeof plain === "string" ? readSilently(known, written, now) : null;
  const other = read ? valuesFrom(read, telling, all, from, told) : plain;
  return typeof other === "string" ? plain : other;
}

function valuesFrom(known: Finding | null, telling: Telling, all: readonly Telling[], from: number, told: Told): Finding[] | string {
  const { written, namesake, now, tries } = told;
  const [{ type, note }] = telling.events;
  const subject = { finding: known, suppressions: [], namesake };
  let why = `no fact makes a finding ${type} because of "${note}"`;
  for (const fact of factsAbout(telling, written, known, from === all.length - 1)) {
    if (tries.left <= 0) return `its events tell more of the finding ${written.fingerprint} than a record can`;
    tries.left -= 1;
    const { writes, events } = advance(subject, fact, now);
    const [write] = writes;
    if (write?.kind !== "finding" || !isSame(events, telling.events)) why = notFollowing(telling);
    else {
      const rest = valuesAfter(all, from + 1, { ...told, known: write.value });
      if (typeof rest !== "string") return [write.value, ...rest];
      why = rest;
    }
  }
  return why;
}

function endedAs(value: Finding, written: Finding, now: Instant): [] | string {
  const member = differenceOf(value, written);
  if (member === null) return [];
  const read = readSilently(value, written, now);
  return read && differenceOf(read, written) === null ? [] : otherwise(written, member);
}

/** The finding after a live read that found what was known; `null`: there is none that says nothing. */
function readSilently(known: Finding | null, written: Finding, now: Instant): Finding | null {
  if (known?.condition !== "failing") return null;
  const { writes, events } = advance({ finding: known, suppressions: [] }, liveReadOf(known, written), now);
  const [write] = writes;
  return events.length === 0 && write?.kind === "finding" ? write.value : null;
}

function what({ subject, events }: Telling): string {
  return `${events.map(({ type }) => type).join(", ")} of ${subject}`;
}
function notFollowing(telling: Telling): string {
  return `its event says ${what(telling)}, which does not follow from what was known`;
}
function otherwise({ fingerprint }: Finding, member: string): string {
  return `it writes the finding ${fingerprint} otherwise than its events say (${member})`;
}

/** The first member in which two values of one kind differ; `null`: none. */
function differenceOf(a: object, b: object): string | null {
  if (!isMembers(a) || !isMembers(b)) return null;
  const keys = Object.keys(a);
  return keys.find((key) => !isSame(a[key], b[key])) ?? Object.keys(b).find((key) => !Object.hasOwn(a, key)) ?? null;
}

/** The same as JSON, whatever the order of members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isMembers(a) || !isMembers(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}
function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
