import type { ResolvedSuppressions } from "@posture/config";
import {
  type AuditEvent,
  eachOf,
  type Change,
  type Decision,
  type Finding,
  type FindingStore,
  flatMapping,
  indexing,
  inOneGo,
  type Instant,
  type ResolvedCheck,
  type RuleSet,
  type StoreView,
  type SweepRecord,
  type Work,
  type Write,
} from "@posture/core";
import { type Limits, presentIds, renamesOf, telling, type Told, type Watching } from "@posture/engine";
import type { Hearing } from "./events/hearing.ts";
import type { Silence } from "./events/silence.ts";
import type { Account, Announcer, ChangeCause } from "./posture.ts";
import type { Asking } from "./thread.ts";
import { leaving } from "./untold.ts";

/** What sweeping, re-checking and suppressing share. */
export interface Context {
  readonly store: FindingStore;
  readonly thread: Asking;
  readonly now: () => Instant;
  /** By id. */
  readonly checks: ReadonlyMap<string, ResolvedCheck>;
  /** Ids, the former ones included, of the checks that a sweep is about; `null`: of all. */
  readonly only: ReadonlySet<string> | null;
  readonly suppressions: ResolvedSuppressions;
  /** Sets of the configuration: what fails and is in one has its tags read. */
  readonly tagged: readonly RuleSet[];
  /** `undefined`: what is to be told is left to a process that has one. */
  readonly announcer: Announcer | undefined;
  /** That of the credentials. */
  readonly account: () => Promise<Account>;
  /** All that are watched, that of the credentials first. */
  readonly accounts: () => Promise<readonly Account[]>;
  /** The same, and which of their regions are enabled now. */
  readonly accountsAnew: () => Promise<readonly Account[]>;
  /** Resources read live since the running sweep began, and when. */
  readonly readLive: Map<string, Instant>;
  /** What change events have told of. */
  readonly hearing: Hearing;
  /** What they have not told of. */
  readonly silence: Silence;
  /** In milliseconds. */
  readonly sweepDeadline: number;
  readonly patience: number;
  /** From when on a sweep looks twice, and what passes in between. */
  readonly limits: Limits;
  /** Of so many facts or findings a decision is made before others have their turn. */
  readonly part: number;
  readonly pause: (signal: AbortSignal | undefined) => Promise<void>;
}

/** What the configuration watches of these accounts. */
export function watchingOf(checks: Context["checks"], accounts: readonly Account[]): Watching {
  return { checks, accounts: accounts.map(({ id, regions }) => ({ accountId: id, regions })) };
}

/** The watched account of this id. Others are never asked for: what is read with the credentials of another account looks as if it were gone. */
export async function accountOf({ accounts }: Context, id: string): Promise<Account> {
  const found = (await accounts()).find((it) => it.id === id);
  if (!found) throw new Error(`account ${id} is not watched`);
  return found;
}

interface More {
  readonly writes?: readonly Write[];
  readonly events?: readonly AuditEvent[];
  readonly sweep?: SweepRecord;
}

/** The one record that holds what was told, what it makes due, and what else belongs to it. */
export function changeOf(context: Context, view: StoreView, told: Told, cause: ChangeCause, at: Instant, more: More = {}): Change {
  return inOneGo(changing(context, view, told, cause, at, more));
}

/** The same, in parts; what is announced is one of them. */
export function* changing(
  { announcer, part }: Context,
  view: StoreView,
  told: Told,
  cause: ChangeCause,
  at: Instant,
  more: More = {},
): Work<Change> {
  const tells = announcer ?? leaving(view);
  const due = tells ? yield* announcing(tells, view, told, cause, at, more.sweep, part) : [];
  const swept: Write[] = more.sweep ? [{ kind: "sweep", value: more.sweep }] : [];
  return {
    at,
    events: [...told.events, ...(more.events ?? [])],
    writes: [...told.writes, ...(more.writes ?? []), ...swept, ...due],
  };
}

function* announcing(
  announcer: Announcer,
  view: StoreView,
  told: Told,
  cause: ChangeCause,
  at: Instant,
  sweep: SweepRecord | undefined,
  part: number,
): Work<readonly Write[]> {
  const after = yield* laidOver(view, told, part);
  const suppressions = told.writes.flatMap((write) => (write.kind === "suppression" ? [write.value] : []));
  const changes = yield* flatMapping(told.changes, (change) => [{ ...change, cause }], part);
  const due = yield* announcer.planning({ changes, suppressions, events: told.events }, after, at, part);
  return sweep ? [...due, ...(yield* announcer.planningSweep(sweep, after, at, part))] : due;
}

/** What the store will show once this is committed. */
export function viewAfter(view: StoreView, told: Told): StoreView {
  return inOneGo(laidOver(view, told));
}

function* laidOver(view: StoreView, { writes }: Told, part?: number): Work<StoreView> {
  const findings = yield* indexing(view.findings, ({ fingerprint }) => fingerprint, part);
  const present = new Map<string, string>();
  const suppressions = new Map(view.suppressions.map((suppression) => [suppression.id, suppression]));
  const lay = (write: Write): void => {
    if (write.kind === "finding") {
      for (const former of write.value.aliases) {
        findings.delete(former);
        present.set(former, write.value.fingerprint);
      }
      findings.set(write.value.fingerprint, write.value);
    }
    if (write.kind === "suppression") suppressions.set(write.value.id, write.value);
  };
  yield* eachOf(writes, lay, part);
  return {
    ...view,
    findings: [...findings.values()],
    suppressions: [...suppressions.values()].filter(({ ended }) => ended === null),
    findingOf: (fingerprint) => findings.get(present.get(fingerprint) ?? fingerprint) ?? view.findingOf(fingerprint),
  };
}

const renamesWritten = new WeakMap<Context, Promise<void>>();

/**
 * Writes down which checks have another id now, once in the life of a process: whoever looks at single findings after that knows one name of each.
 * A sweep sees everything, and does it itself.
 */
export function writeRenames(context: Context): Promise<void> {
  const { store, checks, now } = context;
  if (presentIds(checks).size === 0) return Promise.resolve();
  const known = renamesWritten.get(context);
  if (known) return known;
  const written = store
    .transact<undefined>({ findings: "all", outbox: {} }, function* (view): Work<Decision<undefined>> {
      const at = now();
      const told = yield* telling(view, renamesOf(view, checks), at, context.part);
      return { ...(yield* changing(context, view, told, { kind: "clock" }, at)), result: undefined };
    })
    .catch((error: unknown) => {
      renamesWritten.delete(context);
      throw error;
    });
  renamesWritten.set(context, written);
  return written;
}

/** A finding, and the fingerprints of all findings of its resource, former ones included: a cover, or what it covers, changes its status with it. */
export async function neighbourhoodOf(
  context: Context,
  fingerprint: string,
): Promise<{ finding: Finding; fingerprints: readonly string[] } | null> {
  await writeRenames(context);
  const { store } = context;
  const finding = await store.read({ findings: { fingerprints: [fingerprint] } }, (view) => view.findingOf(fingerprint));
  if (!finding) return null;
  const fingerprints = await store.read({ findings: { arns: [finding.ref.arn] } }, (view) =>
    view.findings.flatMap((it) => [it.fingerprint, ...it.aliases]),
  );
  return { finding, fingerprints: [...new Set([fingerprint, finding.fingerprint, ...fingerprints])] };
}
