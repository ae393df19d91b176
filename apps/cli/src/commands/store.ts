import { userInfo } from "node:os";
import { type MovePlan, type Moved, moveStore, openMovable, planMove, type StoreInfo, storeInfo } from "@posture/runtime";
import { createLogUpdate } from "log-update";
import { err, out } from "../colours.ts";
import { placeOf, type StoreOptions } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { paragraph } from "../table.ts";
import { plural } from "../words.ts";

export interface InfoOptions extends StoreOptions {
  readonly format: "text" | "json";
}

/** `posture store info`. Answers the exit code. */
export async function info({ format, ...options }: InfoOptions): Promise<number> {
  const it = await storeInfo(await placeOf(options), () => new Date().toISOString());
  await printed(format === "json" ? json(it) : infoText(allPrintable(it), widthOf()));
  return 0;
}

const KINDS: Readonly<Record<StoreInfo["kind"], string>> = {
  memory: "in memory, kept nowhere",
  folder: "a folder",
  postgres: "a Postgres database",
};

/** Pure: one line for each thing that is known. */
export function infoText({ place, kind, version, findings, records, head, lastSweep, holder }: StoreInfo, width: number): string {
  const lines: readonly (readonly [string, string])[] = [
    ["Place", place],
    ["Kind", KINDS[kind]],
    ["Version", version === null ? "none: nothing was written yet" : String(version)],
    ["Findings", findings.toLocaleString("en")],
    ["Records", records.toLocaleString("en")],
    ["Head", records === 0 ? "none" : `${head.seq} ${head.hash}`],
    ["Last sweep", lastSweep ? lastSweep.finishedAt : "none"],
    ["Holder", holder ?? "nobody"],
  ];
  return `${lines.map(([name, text]) => paragraph(`${out.bold(name.padEnd(12))}${text}`, width, 12).trimStart()).join("\n")}\n`;
}

export interface MigrateOptions extends StoreOptions {
  readonly to: string;
  readonly dryRun?: boolean;
}

/** `posture store migrate`. Answers the exit code. */
export async function migrate({ to, dryRun = false, ...options }: MigrateOptions): Promise<number> {
  const now = (): string => new Date().toISOString();
  const stores = await openMovable(await placeOf(options), to, { now, readOnly: dryRun });
  try {
    const places = { from: stores.from.place, to: stores.to.place };
    const plan = await planMove(stores.from, stores.to);
    if (dryRun) {
      await printed(planText(allPrintable(places), plan));
      return 0;
    }
    const bar = process.stderr.isTTY ? createLogUpdate(process.stderr) : null;
    const by = { kind: "user", id: userInfo().username, via: "cli" } as const;
    const total = plan.there + plan.left;
    const moved = await moveStore(stores.from, stores.to, {
      by,
      now,
      onMoved: ({ seq }) => bar?.(err.dim(`${seq.toLocaleString("en")} of ${plural(total, "record")} …`)),
    }).finally(() => {
      bar?.clear();
      bar?.done();
    });
    await printed(movedText(allPrintable(places), moved));
    return 0;
  } finally {
    await stores.close();
  }
}

interface Places {
  readonly from: string;
  readonly to: string;
}

/** Pure: what a move would do. */
export function planText({ from, to }: Places, { there, left }: MovePlan): string {
  const known = there > 0 ? ` ${plural(there, "record is", "records are")} there already, from an earlier attempt.` : "";
  return `${plural(left, "record")} would be copied from ${from} to ${to}.${known} Nothing was changed.\n`;
}

/** Pure: what a move did, and what is to be done next. */
export function movedText({ from, to }: Places, { copied, head, findings }: Moved): string {
  return [
    `${out.green("✓")} ${plural(copied, "record")} copied from ${from} to ${to}; the chain is the same.`,
    `  Both end with record ${head.seq} (${head.hash.slice(0, 12)}…), and ${plural(findings, "finding")}.`,
    `  Set POSTURE_STORE to the database from now on. ${from} was not changed: keep it until you trust the move.\n`,
  ].join("\n");
}
