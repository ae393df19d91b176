import { type Counts, type FindingStore, GENESIS, type Head, type Instant, STATUSES, SEVERITIES, type SweepRecord } from "@posture/core";
import { kindOfPlace, type PlaceKind } from "./places.ts";

/** What there is to know of a store before one trusts it, or moves it. */
export interface StoreInfo {
  /** Without a password. */
  readonly place: string;
  readonly kind: PlaceKind;
  /** Of what it is written in; `null`: nothing was written there yet. */
  readonly version: number | null;
  readonly findings: number;
  readonly records: number;
  /** Where its log ends. */
  readonly head: Head;
  readonly lastSweep: Pick<SweepRecord, "id" | "finishedAt" | "unheard"> | null;
  /** Who is connected, or may write; `null`: nobody. */
  readonly holder: string | null;
}

/**
 * Looks at a store and changes nothing. `place`: `memory`, a folder, or the URL of a database.
 * @throws {PostureError} POSTURE_STORE_…
 */
export async function storeInfo(place: string, now: () => Instant): Promise<StoreInfo> {
  switch (kindOfPlace(place)) {
    case "memory":
      return {
        place,
        kind: "memory",
        version: null,
        findings: 0,
        records: 0,
        head: { seq: 0, hash: GENESIS },
        lastSweep: null,
        holder: null,
      };
    case "folder":
      return infoOfFolder(place, now);
    case "postgres":
      return infoOfDatabase(place, now);
  }
}

async function infoOfFolder(place: string, now: () => Instant): Promise<StoreInfo> {
  const { lookAtStore, openLowdbStore } = await import("@posture/store-lowdb");
  const store = await openLowdbStore({ folder: place, now, readOnly: true });
  try {
    const look = await lookAtStore(place);
    const holder = look?.holder ? `process ${look.holder.pid ?? "?"} (${look.holder.command ?? "unknown"})` : null;
    return { place, kind: "folder", version: look?.version ?? null, ...(await contentOf(store, store.head(), now)), holder };
  } finally {
    await store.close();
  }
}

async function infoOfDatabase(url: string, now: () => Instant): Promise<StoreInfo> {
  const { openPostgresStore } = await import("@posture/store-postgres");
  const store = await openPostgresStore({ url, now, readOnly: true });
  try {
    const version = await store.version();
    const others = (await store.connections()) - 1;
    const holder = others > 0 ? `${others} other ${others === 1 ? "connection" : "connections"} of Posture` : null;
    return { place: store.place, kind: "postgres", version, ...(await contentOf(store, await store.head(), now)), holder };
  } finally {
    await store.close();
  }
}

type Content = Pick<StoreInfo, "findings" | "records" | "head" | "lastSweep">;

async function contentOf(store: FindingStore, head: Head, now: () => Instant): Promise<Content> {
  const sweeps = await store.read({}, (view) => view.sweeps);
  const last = latest(sweeps);
  const unheard = sweeps.flatMap((sweep) => sweep.unheard ?? []);
  return {
    findings: totalOf(await store.counts({}, now())),
    records: head.seq,
    head,
    lastSweep: last ? { id: last.id, finishedAt: last.finishedAt, ...(unheard.length > 0 && { unheard }) } : null,
  };
}

function latest(sweeps: readonly SweepRecord[]): SweepRecord | undefined {
  return sweeps.toSorted((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1)).at(-1);
}

/** How many findings there are, of whatever status. */
export function totalOf(counts: Counts): number {
  return STATUSES.flatMap((status) => SEVERITIES.map((severity) => counts[status][severity])).reduce((a, b) => a + b, 0);
}
