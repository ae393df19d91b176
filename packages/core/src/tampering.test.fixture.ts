import { seal } from "./audit.ts";
import type { BadKind } from "./breach.ts";
import { linesOfStory, randomOf } from "./log.test.fixture.ts";
import { type Head, parseRecord } from "./record.ts";
import type { Change, LogRecord } from "./store.ts";
import { type LogReport, verifyLog } from "./verify.ts";

/* What a hand can do to a log, one thing at a time. */

export const LINES: readonly string[] = [...linesOfStory({ seed: 500, records: 500, findings: 25 })];
const RECORDS: readonly LogRecord[] = LINES.map(parseRecord);
export const END: Head = RECORDS.at(-1) ?? { seq: 0, hash: "" };

export async function* each<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** Held to an anchor at its end, as a log is that somebody noted the end of. */
export function verified(lines: readonly string[]): Promise<LogReport> {
  return verifyLog(each(lines), { anchors: [{ name: "the note", ...END }] });
}

export interface Tampering {
  /** For whoever looks at a failure. */
  readonly what: string;
  readonly lines: readonly string[];
  /** What it may be called. */
  readonly kinds: readonly BadKind[];
}

type Hand = (below: (n: number) => number) => Tampering;

const HANDS: readonly Hand[] = [
  function changesACharacter(below) {
    const at = below(LINES.length);
    const line = LINES[at] ?? "";
    const place = below(line.length);
    const old = line.charAt(place);
    const put = ["", `${old}${char(below)}`, other(old, below)][below(3)] ?? "";
    // An end of line behind the line's own end changes nothing of it, and puts an empty one after it.
    const isEmptyLine = place === line.length - 1 && put === `${old}\n`;
    const lines = LINES.with(at, line.slice(0, place) + put + line.slice(place + 1)).flatMap((it) => it.split("\n"));
    return {
      what: `character ${place} of line ${at} becomes ${JSON.stringify(put)}`,
      lines,
      kinds: isEmptyLine ? ["inserted"] : ["edited", "unreadable"],
    };
  },
  function changesAValue(below) {
    const at = below(LINES.length);
    const record = recordAt(at);
    return {
      what: `a value of record ${at + 1}`,
      lines: LINES.with(at, JSON.stringify({ ...record, ...changed(record, below) })),
      kinds: ["edited"],
    };
  },
  function changesAndSealsOne(below) {
    const at = below(LINES.length);
    const record = recordAt(at);
    const forged = seal({ seq: record.seq - 1, hash: record.prev }, changed(record, below));
    return { what: `record ${at + 1}, sealed anew`, lines: LINES.with(at, JSON.stringify(forged)), kinds: ["edited", "not-explained"] };
  },
  function changesAndSealsTheRest(below) {
    const at = below(LINES.length);
    const rest = resealed(recordAt(at), [changed(recordAt(at), below), ...RECORDS.slice(at + 1)]);
    return {
      what: `record ${at + 1}, and all after it sealed anew`,
      lines: [...LINES.slice(0, at), ...rest],
      kinds: ["edited", "not-explained"],
    };
  },
  function deletesOne(below) {
    const at = below(LINES.length);
    return {
      what: `record ${at + 1} is deleted`,
      lines: LINES.toSpliced(at, 1),
      kinds: at === LINES.length - 1 ? ["truncated"] : ["removed"],
    };
  },
  function cutsTheEnd(below) {
    const at = below(LINES.length);
    return { what: `cut before record ${at + 1}`, lines: LINES.slice(0, at), kinds: ["truncated"] };
  },
  function insertsACopy(below) {
    const [from, at] = [below(LINES.length), below(LINES.length + 1)];
    return {
      what: `record ${from + 1} once more, before ${at + 1}`,
      lines: LINES.toSpliced(at, 0, LINES[from] ?? ""),
      kinds: ["inserted"],
    };
  },
  function insertsItsOwn(below) {
    const at = below(LINES.length);
    const { seq, prev } = recordAt(at);
    const forged = JSON.stringify(
      seal({ seq: seq - 1, hash: prev }, { at: recordAt(at).at, events: [], writes: [{ kind: "forget", value: { inbox: [] } }] }),
    );
    return {
      what: `another record before ${at + 1}`,
      lines: LINES.toSpliced(at, 0, forged),
      kinds: at === LINES.length - 1 ? ["edited"] : ["inserted"],
    };
  },
  function insertsNonsense(below) {
    const at = below(LINES.length);
    const text = ["", "null", "{}", "[]", '{"seq":1}', char(below)][below(6)] ?? "";
    return { what: `${JSON.stringify(text)} before record ${at + 1}`, lines: LINES.toSpliced(at, 0, text), kinds: ["inserted"] };
  },
  function swapsTwo(below) {
    const a = below(LINES.length - 1);
    const b = a + 1 + below(LINES.length - 1 - a);
    return {
      what: `records ${a + 1} and ${b + 1} are swapped`,
      lines: LINES.with(a, LINES[b] ?? "").with(b, LINES[a] ?? ""),
      kinds: ["reordered"],
    };
  },
];

/** The same seed makes the same tampering. Every hand has its turn. */
export function tamperingOf(seed: number): Tampering {
  const random = randomOf(seed);
  const hand = HANDS[seed % HANDS.length];
  if (!hand) throw new Error("there is no hand");
  const tampering = hand((n) => Math.floor(random() * n));
  return { ...tampering, what: `${hand.name}: ${tampering.what}` };
}

/** Those of so many tamperings that were not found, or not called by their name. */
export async function missedOf(first: number, count: number): Promise<readonly string[]> {
  const missed: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const { what, lines, kinds } = tamperingOf(seed);
    const { bad } = await verified(lines);
    if (!bad || !kinds.includes(bad.kind))
      missed.push(`seed ${seed}, ${what}: ${bad ? `${bad.kind} (record ${bad.seq} ${bad.problem})` : "nothing found"}`);
  }
  return missed;
}

function recordAt(at: number): LogRecord {
  const record = RECORDS[at];
  if (!record) throw new Error(`there is no record ${at + 1}`);
  return record;
}

/** The changes sealed one after the other, in the place of `first`. */
function resealed(first: Pick<LogRecord, "seq" | "prev">, changes: readonly Change[]): string[] {
  let head: Head = { seq: first.seq - 1, hash: first.prev };
  return changes.map((change) => {
    const record = seal(head, change);
    head = record;
    return JSON.stringify(record);
  });
}

/** One value of it is another. */
function changed({ at, events, writes }: LogRecord, below: (n: number) => number): Change {
  const later = at.replace(/\d{3}Z$/, (end) => `${(Number.parseInt(end, 10) + 1 + below(900)) % 1000}`.padStart(3, "0") + "Z");
  const [event] = events;
  switch (below(3)) {
    case 0:
      return { at, events, writes: [...writes, { kind: "forget", value: { inbox: [`action:${below(1000)}`] } }] };
    case 1:
      return event ? { at, events: events.with(0, { ...event, note: `${event.note}.` }), writes } : { at: later, events, writes };
    default:
      return { at: later, events, writes };
  }
}

function char(below: (n: number) => number): string {
  return String.fromCodePoint([9, 32 + below(95), 0x2028, 0x20ac, 10][below(5)] ?? 32);
}
function other(old: string, below: (n: number) => number): string {
  const put = char(below);
  return put === old ? `${put}${put}` : put;
}
