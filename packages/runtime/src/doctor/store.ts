import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { TARGETS } from "@posture/config";
import type { Instant } from "@posture/core";
import type { StoreLook } from "@posture/store-lowdb";
import type { Summary } from "../posture.ts";
import { kindOfPlace } from "../places.ts";
import { type StoreInfo, storeInfo, totalOf } from "../store-info.ts";
import { openStore } from "../stores.ts";
import { summaryOf } from "../summary.ts";
import { failed, good, notExamined, type Point, warning, wrong } from "./point.ts";

export interface StoreFacts {
  readonly place: string;
  readonly look: StoreLook;
  readonly findings: number;
  readonly summary: Summary;
  readonly warnings: readonly string[];
  readonly writable: boolean;
}

/** Opens the store for reading only, which proves that it is whole, and looks at who holds it. `place`: `memory`, a folder, or the URL of a database. */
export async function storePoint(place: string, now: () => Instant): Promise<Point> {
  if (place === "memory") return notExamined("Store", "memory, so nothing is kept");
  try {
    if (kindOfPlace(place) === "postgres") return databasePoint(await storeInfo(place, now), now());
    const { lookAtStore } = await import("@posture/store-lowdb");
    const warnings: string[] = [];
    const store = await openStore(place, { now, readOnly: true, onWarning: (text) => void warnings.push(text) });
    try {
      const look = await lookAtStore(place);
      if (!look) return absentPoint(place, await isWritable(await nearestOf(place)));
      const [findings, summary] = [totalOf(await store.counts({}, now())), await summaryOf(store, TARGETS, now())];
      return presentPoint({ place, look, findings, summary, warnings, writable: await isWritable(place) });
    } finally {
      await store.close();
    }
  } catch (error) {
    return failed("Store", error);
  }
}

/** Pure: of a store in a database, which says itself whether it may be written as soon as somebody does. */
function databasePoint({ place, version, findings, lastSweep, holder }: StoreInfo, at: Instant): Point {
  if (version === null) return good("Store", `${place} answers; its tables are made by the first sweep`);
  const swept = lastSweep ? `last sweep ${since(lastSweep.finishedAt, at)}` : "never swept whole";
  return good(
    "Store",
    `${place}: version ${version}, ${findings} ${findings === 1 ? "finding" : "findings"}; ${swept}; ${holder ?? "nobody else is connected"}`,
  );
}

/** Pure: there is none yet. */
export function absentPoint(place: string, canBeMade: boolean): Point {
  return canBeMade
    ? good("Store", `${place} is made by the first sweep`)
    : wrong("Store", `${place} is not there and cannot be made`, "Mend the permissions of its folder, or choose another with --store.");
}

/** Pure. */
export function presentPoint({ place, look, findings, summary, warnings, writable }: StoreFacts): Point {
  const { lastSweep, coverage, at } = summary;
  const { holder } = look;
  const held = holder ? `held by process ${holder.pid ?? "?"} (${holder.command ?? "unknown"})` : "held by nobody";
  const swept = lastSweep ? `last sweep ${since(lastSweep.finishedAt, at)}` : "never swept whole";
  const anchor = look.anchor ? `anchor at record ${look.anchor.seq}` : "no anchor yet";
  const says = `${place}: version ${look.version}, ${size(look.bytes)}, ${findings} ${findings === 1 ? "finding" : "findings"}; ${swept}; ${anchor}; ${held}`;
  const [first] = warnings;
  if (first !== undefined) return warning("Store", `${says}. ${first}`, "`posture summary` shows whether what is known is still there.");
  if (!writable)
    return wrong("Store", `${says}; it may not be written`, "Mend the permissions of the folder, or choose another with --store.");
  if (coverage.incomplete.length > 0)
    return warning("Store", `${says}; not everything could be read`, "`posture summary` says what, and why.");
  return good("Store", says);
}

function since(then: Instant, now: Instant): string {
  const minutes = Math.max(0, Math.floor((Date.parse(now) - Date.parse(then)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} days ago`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The folder, or that above it which is there. */
async function nearestOf(folder: string): Promise<string> {
  const above = dirname(folder);
  return above === folder || (await can(folder, constants.F_OK)) ? folder : nearestOf(above);
}

function isWritable(folder: string): Promise<boolean> {
  return can(folder, constants.W_OK);
}

function can(folder: string, mode: number): Promise<boolean> {
  return access(folder, mode).then(
    () => true,
    () => false,
  );
}
