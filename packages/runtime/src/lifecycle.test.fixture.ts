import { type Finding, statusOf, type StoreView, verifyLog } from "@posture/core";
import { watchedBy } from "@posture/engine";
import fc from "fast-check";
import { expect } from "vitest";
import { watchingOf } from "./context.ts";
import { type Plot, plots } from "./happenings.test.fixture.ts";
import { NEW_ID, OLD_ID } from "./house.test.fixture.ts";
import { wrongsOf } from "./ledger.test.fixture.ts";
import { ONCE_WRONG } from "./once-wrong.test.fixture.ts";
import { believedAs, Story } from "./story.test.fixture.ts";

/** What happened on the way, so that nobody takes a test for one that it is not. */
export interface Tally {
  runs: number;
  sweeps: number;
  secondLooks: number;
  heldBack: number;
  /** Happenings between two parts of a decision. */
  interruptions: Record<string, number>;
  events: Record<string, number>;
}

/**
 * However sweeps, re-checks, change events, suppressions, faults, renames and the passing of time interleave: one clean sweep at the end leaves
 * what one on an empty store finds, and on the way nothing was opened or resolved without an answer of AWS that says so. What was written is explained.
 */
export async function expectOneTruth(runs: number, seed: number): Promise<Tally> {
  const tally: Tally = { runs: 0, sweeps: 0, secondLooks: 0, heldBack: 0, interruptions: {}, events: {} };
  await fc.assert(
    fc.asyncProperty(plots, async ({ options, doors, steps }) => {
      const story = new Story(options, doors);
      for (const it of steps) await story.play(it);
      await story.play({ do: "heal" });
      await story.play({ do: "make a report" });
      await story.sweep();
      const clean = story.anew();
      await clean.sweep();
      await story.play({ do: "tick" });
      expect([...story.wrongs, ...(await wrongsOf(story))]).toEqual([]);
      expect(await believedWrongly(story)).toEqual([]);
      expect((await verifyLog(story.store.records())).bad).toBeNull();
      expect(await truthOf(story)).toEqual(await truthOf(clean));
      await count(story, tally);
    }),
    { numRuns: runs, seed, examples: ONCE_WRONG.map((plot): [Plot] => [plot]) },
  );
  return tally;
}

/** What is failing where the configuration watches. The rest must say that it is not watched. */
async function truthOf({ store, context, house }: Story): Promise<string[]> {
  const watching = watchingOf(context.checks, await context.accounts());
  const now = house.now();
  return store.read({ findings: "all" }, (view) => {
    for (const finding of view.findings) expect(finding.watched).toBe(watchedBy(finding, watching));
    const failing = view.findings.filter(({ condition, watched }) => condition === "failing" && watched === "yes");
    for (const finding of failing) {
      expect(finding.stale).toBeNull();
      expect(statusOf(finding, view, now) === "suppressed").toBe(isHidden(finding, view, now));
    }
    return failing
      .map(({ fingerprint, severity, coveredBy, message }) => JSON.stringify([fingerprint, severity, coveredBy, message]))
      .toSorted();
  });
}

/** What people were told and is not so. */
function believedWrongly({ store, house, told }: Story): Promise<string[]> {
  const now = house.now();
  return store.read({ findings: "all" }, (view) =>
    view.findings.flatMap((finding) => {
      const [believed, is] = [told.get(believedAs(finding)), statusOf(finding, view, now)];
      return believed === is ? [] : [`${believedAs(finding)} is ${is}, and is believed to be ${believed ?? "nothing"}`];
    }),
  );
}

function isHidden({ fingerprint, aliases, checkId }: Finding, { suppressions }: StoreView, now: string): boolean {
  return suppressions.some(({ scope, from, expiresAt }) => {
    const isAbout = "rule" in scope ? checkId === OLD_ID || checkId === NEW_ID : [fingerprint, ...aliases].includes(scope.fingerprint);
    return isAbout && from <= now && now < expiresAt;
  });
}

async function count({ store, sweeps, interruptions }: Story, tally: Tally): Promise<void> {
  tally.runs += 1;
  for (const what of interruptions) tally.interruptions[what] = (tally.interruptions[what] ?? 0) + 1;
  tally.sweeps += sweeps.size;
  tally.secondLooks += [...sweeps.values()].filter(({ looks }) => looks.length === 2).length;
  for await (const { events, writes } of store.records()) {
    for (const { type } of events) tally.events[type] = (tally.events[type] ?? 0) + 1;
    const held = writes.flatMap((write) => (write.kind === "sweep" ? (write.value.held ?? []) : []));
    tally.heldBack += held.filter(({ resolving, resolved }) => resolved < resolving).length;
  }
}
