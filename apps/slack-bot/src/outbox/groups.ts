import type { Decision, FindingStore, Instant, OutboxRow, Write } from "@posture/core";
import { isFindingRow } from "./messages.ts";
import { membersRow } from "./members.ts";
import { bumped, type FindingBody, GROUP, type GroupBody, groupKey, groupRow, outboxOf, type Row, rowOf } from "./rows.ts";
import type { Traits } from "./traits.ts";
import { ALONE, arranged, type Join, joined, type Newcomer, postedAlone, type Sharing } from "./sharing.ts";

interface GroupParts {
  readonly store: FindingStore;
  readonly now: () => Instant;
}

/** What is left to be sent once it is decided what shares a message. */
export interface Sendable {
  readonly rows: readonly Row[];
  /** When there is more to decide. `null`: not of itself. */
  readonly until: Instant | null;
  /** Rows were written: there is more to be read. */
  readonly changed: boolean;
}

/** Has new findings share messages where `sharing.ts` says so, and has those messages follow what they tell. */
export class Groups {
  readonly #parts: GroupParts;
  #sharing: Sharing = ALONE;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** Groups that the last process opened go on. */
  async recover(): Promise<void> {
    const { store, now } = this.#parts;
    const rows = await store.read({ outbox: { subjects: [GROUP] } }, ({ outbox }) => outbox.map(rowOf));
    const at = now();
    const open = rows.flatMap((row) => (row && isGroup(row) && row.body.until > at && row.state !== "dead" ? [row.body] : []));
    this.#sharing = open.reduce((sharing, of) => joined(sharing, of, at), this.#sharing);
  }

  /** `traits`: of the findings that are not posted yet, by fingerprint. */
  async arrange(rows: readonly Row[], traits: ReadonlyMap<string, Traits>): Promise<Sendable> {
    const stale = rows.filter(isFindingRow).filter(({ state, body }) => state === "due" && body.group !== null && body.told < body.wanted);
    if (stale.length > 0) await this.#follow(stale);
    const newcomers = rows.flatMap((row) => this.#newcomer(row, traits) ?? []);
    const { joins, held, until } = arranged(newcomers, this.#sharing, this.#parts.now());
    for (const join of joins) await this.#join(join);
    const left = rows.filter((row) => !isToldByGroup(row) && !held.has(row.key));
    return { rows: left, until, changed: stale.length + joins.length > 0 };
  }

  /** A row is about to be posted. */
  posted(row: Row, traits: ReadonlyMap<string, Traits>): void {
    const newcomer = this.#newcomer(row, traits);
    if (newcomer) this.#sharing = postedAlone(this.#sharing, newcomer, this.#parts.now());
  }

  #newcomer(row: Row, traits: ReadonlyMap<string, Traits>): Newcomer | null {
    const at = this.#parts.now();
    if (!isFindingRow(row) || !isUndecided(row) || row.dueAt === null || row.dueAt > at) return null;
    const its = traits.get(row.subject);
    return its ? { row, ...its } : null;
  }

  async #join({ of, rows }: Join): Promise<void> {
    const { store, now } = this.#parts;
    const key = groupKey(of);
    await store.transact({ outbox: { keys: [key, ...rows.map((row) => row.key)] } }, ({ outbox }) => {
      const at = now();
      const there = outbox.find((row) => row.key === key);
      const known = there ? rowOf(there) : groupRow(of, at);
      const joining = outbox
        .map(rowOf)
        .filter((row) => row !== null && isFindingRow(row))
        .filter(isUndecided);
      if (!known || !isGroup(known) || known.state === "dead") return changing(at, joining.map(alone));
      const { count, parts } = known.body;
      const more = { count: count + joining.length, parts: parts + 1, owners: ownersOf(known, joining) };
      const group = bumped({ ...known, body: { ...known.body, ...more } }, at);
      const members = membersRow(
        key,
        parts,
        joining.map(({ subject }) => subject),
      );
      return joining.length === 0 ? changing(at, []) : changing(at, [group, ...joining.map((row) => within(key, row))], [members]);
    });
    this.#sharing = joined(this.#sharing, of, now());
  }

  /** What changed of findings that groups tell: the groups are to be sent again. */
  async #follow(stale: readonly Row<FindingBody>[]): Promise<void> {
    const { store, now } = this.#parts;
    const keys = new Set(stale.flatMap(({ key, body }) => [key, ...(body.group === null ? [] : [body.group])]));
    await store.transact({ outbox: { keys: [...keys] } }, ({ outbox }) => {
      const at = now();
      const rows = outbox.map(rowOf).filter((row) => row !== null);
      const told = rows.filter(isFindingRow).filter(({ body }) => body.group !== null && body.told < body.wanted);
      const groups = rows.filter(isGroup).filter(({ key }) => told.some(({ body }) => body.group === key));
      return changing(at, [...groups.map((row) => bumped(row, at)), ...told.map(followed)]);
    });
  }
}

function changing(at: Instant, rows: readonly Row[], more: readonly OutboxRow[] = []): Decision<undefined> {
  const writes: Write[] = [...rows.map(outboxOf), ...more].map((value) => ({ kind: "outbox", value }));
  return { at, events: [], writes, result: undefined };
}

function isGroup(row: Row): row is Row<GroupBody> {
  return row.body.type === "group";
}

const MOST_OWNERS = 10;

/** Each once; who comes later is named as well, and not called, since a message that changes calls nobody. */
function ownersOf({ body }: Row<GroupBody>, joining: readonly Row<FindingBody>[]): string[] {
  const owners = joining.flatMap((row) => (row.body.owner === null ? [] : [row.body.owner]));
  return [...new Set([...body.owners, ...owners])].slice(0, MOST_OWNERS);
}

function isUndecided({ state, body }: Row<FindingBody>): boolean {
  return state === "due" && body.ts === null && body.mayShare && body.group === null;
}

/** The group's message says it, and nobody wants more. */
export function isToldByGroup(row: Row): boolean {
  return isFindingRow(row) && row.body.group !== null && !row.body.open && row.body.ts === null;
}

function alone(row: Row<FindingBody>): Row<FindingBody> {
  return { ...row, body: { ...row.body, mayShare: false } };
}

function within(group: string, row: Row<FindingBody>): Row<FindingBody> {
  return { ...row, state: "sent", dueAt: null, body: { ...row.body, group, mayShare: false, told: row.body.wanted } };
}

function followed(row: Row<FindingBody>): Row<FindingBody> {
  const next = { ...row, body: { ...row.body, told: row.body.wanted } };
  return isToldByGroup(row) ? { ...next, state: "sent", dueAt: null, body: { ...next.body, asked: false } } : next;
}
