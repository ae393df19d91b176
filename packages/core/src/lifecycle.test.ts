import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { advance, type Fact, type Subject } from "./advance.ts";
import { type Finding, STATUSES, statusOf } from "./finding.ts";
import type { Instant } from "./instant.ts";
import {
  applied,
  assign,
  at,
  COVER,
  FACTS,
  FAIL,
  lift,
  NOBODY,
  NOW,
  openCover,
  seen,
  stateOf,
  STORIES,
  subjectIn,
  suppression,
  unknown,
  viewOf,
} from "./lifecycle.test.fixture.ts";
import { type Outcome, UNKNOWN_REASONS } from "./outcome.ts";

const ANN = { kind: "user", id: "U1", via: "slack" } as const;

/* docs/lifecycle.md is the rule; this file holds the code to it, and it to the code. */

type Row = Readonly<Record<string, string>>;
const DOCUMENT = readFileSync(new URL("../../../docs/lifecycle.md", import.meta.url), "utf8");

/** The rows of every table whose first columns have these headings. */
function tablesOf(text: string, ...headings: readonly string[]): Row[] {
  const cells = (line: string): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  return text.split("\n\n").flatMap((block) => {
    const [head = "", , ...lines] = block.trim().split("\n");
    const columns = cells(head);
    if (headings.some((heading, i) => columns[i] !== heading)) return [];
    return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [columns[i] ?? "", cell])));
  });
}
function cell(row: Row, column: string): string {
  const text = row[column];
  if (text === undefined) throw new Error(`a row has no column "${column}"`);
  return text;
}
const STATES = tablesOf(DOCUMENT, "state", "condition", "status");
const FACT_ROWS = tablesOf(DOCUMENT, "fact", "means");
const SETS = new Map(
  [...tablesOf(DOCUMENT, "set", "states"), ...tablesOf(DOCUMENT, "set", "facts")].map((row) => [
    cell(row, "set"),
    row["states"] ?? cell(row, "facts"),
  ]),
);
function expanded(names: string): string[] {
  return names.split(", ").flatMap((name) => (SETS.has(name) ? expanded(SETS.get(name) ?? "") : [name]));
}
const TRANSITIONS = tablesOf(DOCUMENT, "state", "fact", "next state").flatMap((row) =>
  expanded(cell(row, "state")).flatMap((state) =>
    expanded(cell(row, "fact")).map((fact) => ({
      state,
      fact,
      next: cell(row, "next state").replace(/^same$/, state),
      events: cell(row, "audit events"),
      written: cell(row, "written"),
      because: cell(row, "because"),
    })),
  ),
);

describe("docs/lifecycle.md", () => {
  it("knows the states that are tried here, and no others", () => {
    expect(STATES.map((row) => cell(row, "state")).toSorted()).toEqual(Object.keys(STORIES).toSorted());
  });
  it("knows the facts that are tried here, and no others", () => {
    expect(FACT_ROWS.map((row) => cell(row, "fact")).toSorted()).toEqual(Object.keys(FACTS).toSorted());
  });
  it("has every status, every kind of fact and every kind of outcome", () => {
    expect(new Set(STATES.map((row) => cell(row, "status")).filter(Boolean))).toEqual(new Set(STATUSES));
    const tried = Object.values(FACTS).map((make) => make(NOBODY)[0]);
    const kinds: Record<Fact["type"], true> = {
      observed: true,
      absent: true,
      watched: true,
      renamed: true,
      suppress: true,
      lift: true,
      approve: true,
      decline: true,
      extend: true,
      assign: true,
      unassign: true,
      "time-passed": true,
    };
    expect(new Set(tried.map(({ type }) => type))).toEqual(new Set(Object.keys(kinds)));
    const outcomes: Record<Outcome["status"], true> = { pass: true, fail: true, "not-applicable": true, unknown: true, gone: true };
    const told = tried.flatMap((fact) => (fact.type === "observed" ? [fact.outcome.status] : []));
    expect(new Set(told)).toEqual(new Set(Object.keys(outcomes)));
  });
  it("has every pair of a state and a fact exactly once", () => {
    const pairs = TRANSITIONS.map(({ state, fact }) => `${state} + ${fact}`);
    expect(pairs.filter((pair, i) => pairs.indexOf(pair) !== i)).toEqual([]);
    const all = Object.keys(STORIES).flatMap((state) => Object.keys(FACTS).map((fact) => `${state} + ${fact}`));
    expect(pairs.toSorted()).toEqual(all.toSorted());
  });
  it.each(STATES.map((row) => [cell(row, "state"), row] as const))("describes the state %s as it is", (state, row) => {
    const subject = subjectIn(state);
    const { finding } = subject;
    expect(stateOf(subject, NOW)).toBe(state);
    expect(finding?.condition ?? "").toBe(cell(row, "condition"));
    expect(finding ? statusOf(finding, viewOf(subject), NOW) : "").toBe(cell(row, "status"));
  });
});

describe("a finding", () => {
  it.each(TRANSITIONS.map((row) => [`${row.state}, ${row.fact}: ${row.because}`, row] as const))("%s", (_, row) => {
    const subject = subjectIn(row.state);
    const [fact, now] = FACTS[row.fact]?.(subject) ?? [];
    if (!fact || !now) throw new Error(`there is no fact "${row.fact}"`);
    const step = advance(subject, fact, now);
    const events = step.events.map(({ type, note }) => {
      const noted = (type === "reopened" && note !== "") || type === "suppression-ended";
      return noted ? `${type} (${note})` : type;
    });
    expect({
      next: stateOf(applied(subject, fact, now), now),
      events: step.refused ? `refused ${step.refused}` : events.join(", ") || "–",
      written:
        step.writes
          .map(({ kind }) => kind)
          .toSorted()
          .join(", ") || "nothing",
    }).toEqual({ next: row.next, events: row.events, written: row.written });
    for (const event of step.events) expect(event.at).toBe(now);
  });
  it.each(UNKNOWN_REASONS)("that is open is not resolved by what is unknown because it is %s", (reason) => {
    expect(stateOf(applied(subjectIn("open"), seen(unknown(reason), 95), NOW), NOW)).toBe("stale");
  });
});

describe("an assignee", () => {
  const assignedIn = (state: string): Subject => applied(subjectIn(state), assign("U7"), NOW);
  const facts = Object.keys(FACTS).filter((name) => !name.includes("assign"));
  const pairs = Object.keys(STORIES).flatMap((state) => (state === "none" ? [] : facts.map((name) => [state, name] as const)));
  it.each(pairs)("of what is %s stays after %s, and says nothing about it", (state, name) => {
    const [fact, now] = FACTS[name]?.(subjectIn(state)) ?? [];
    if (!fact || !now) throw new Error(`there is no fact "${name}"`);
    const [with_, without] = [applied(assignedIn(state), fact, now), applied(subjectIn(state), fact, now)];
    expect(with_).toEqual({ ...without, finding: { ...without.finding, assignee: { id: "U7", at: NOW, by: ANN } } });
    expect(advance(assignedIn(state), fact, now).events).toEqual(advance(subjectIn(state), fact, now).events);
  });
  it("is told with who was before", () => {
    const { events } = advance(assignedIn("open"), assign("U8"), NOW);
    expect(events).toMatchObject([{ type: "assigned", actor: ANN, before: "U7", after: "U8" }]);
  });
  it("is not told again, and keeps the date of the first telling", () =>
    expect(advance(assignedIn("open"), assign("U7"), at(200))).toEqual({ writes: [], events: [] }));
  it("can be taken away, and nothing of it is left", () => {
    const unassign: Fact = { type: "unassign", by: ANN, source: "slack" };
    expect(advance(assignedIn("open"), unassign, NOW).events).toMatchObject([{ type: "unassigned", actor: ANN, before: "U7" }]);
    expect(applied(assignedIn("open"), unassign, NOW)).toEqual(subjectIn("open"));
  });
  it("of two findings that become one is who goes on with what fails, and otherwise who there is", () => {
    const fact: Fact = { type: "renamed", from: "example/port-open", to: "example/renamed" };
    const other = applied(subjectIn("just resolved"), fact, NOW).finding;
    const namesake = other && { ...other, assignee: { id: "U9", at: NOW, by: ANN } };
    const assigneeAfter = (subject: Subject): string | undefined => applied({ ...subject, namesake }, fact, NOW).finding?.assignee?.id;
    expect([assigneeAfter(assignedIn("open")), assigneeAfter(subjectIn("open"))]).toEqual(["U7", "U9"]);
  });
});

/** A story of the finding and one of its cover; the finding itself is written to no more. */
interface Case {
  readonly subject: Subject;
  readonly before: readonly [Finding, Instant];
  readonly after: readonly [Finding, Instant];
  readonly lifted?: true;
}
const cover = openCover();
const coverAfter = (fact: Fact, from: Finding = cover): Finding => applied({ finding: from, suppressions: [] }, fact, NOW).finding ?? from;
const coverPass = coverAfter(seen({ status: "pass" }, 95, "sweep", COVER));
const coverHidden = suppression("cover", { fingerprint: cover.fingerprint });
const WITHOUT_A_WRITE: Readonly<Record<string, Case>> = {
  "covered, its cover is suppressed": {
    subject: { ...subjectIn("covered"), suppressions: [coverHidden] },
    before: [cover, at(4)],
    after: [cover, at(5)],
  },
  "covered, its cover is resolved": { subject: subjectIn("covered"), before: [cover, NOW], after: [coverPass, NOW] },
  "covered, its cover is retired": {
    subject: subjectIn("covered"),
    before: [cover, NOW],
    after: [coverAfter({ type: "watched", watched: "retired" }), NOW],
  },
  "open, its cover opens again": {
    subject: subjectIn("covered"),
    before: [coverPass, NOW],
    after: [coverAfter(seen(FAIL, 99, "sweep", COVER), coverPass), NOW],
  },
  "suppressed, the expiry comes, and nobody writes it down": {
    subject: subjectIn("suppressed"),
    before: [cover, at(499)],
    after: [cover, at(500)],
  },
  "suppressed, the rule is lifted": { subject: subjectIn("suppressed by rule"), before: [cover, NOW], after: [cover, NOW], lifted: true },
  "suppressed, its cover is resolved": { subject: subjectIn("suppressed"), before: [cover, NOW], after: [coverPass, NOW] },
};

describe("a status changes without a write to its finding when it is", () => {
  const rows = tablesOf(DOCUMENT, "status", "what happens");
  const nameOf = (row: Row): string => `${cell(row, "status")}, ${cell(row, "what happens")}`;
  it("one of the cases that are tried here", () => expect(rows.map(nameOf).toSorted()).toEqual(Object.keys(WITHOUT_A_WRITE).toSorted()));
  it.each(rows.map((row) => [nameOf(row), row] as const))("%s", (name, row) => {
    const story = WITHOUT_A_WRITE[name];
    const { subject, before, after, lifted } = story ?? {};
    if (!subject?.finding || !before || !after) throw new Error(`there is no case "${name}"`);
    const later = lifted ? applied(subject, lift(subject), NOW) : subject;
    expect(later.finding).toBe(subject.finding);
    expect(statusOf(subject.finding, viewOf(subject, before[0]), before[1])).toBe(cell(row, "status"));
    expect(statusOf(subject.finding, viewOf(later, after[0]), after[1])).toBe(cell(row, "status then"));
  });
});
