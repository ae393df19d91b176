import { openAsBlob } from "node:fs";
import type { Actor, Instant } from "@posture/core";
import { counted, EXPORT_FILES, type ExportFormat, type Left } from "@posture/export";
import type { Asked, Leaving } from "@posture/runtime";
import packageJson from "../package.json" with { type: "json" };
import type { Desk } from "./desk.ts";
import { TooLong, withFile } from "./exporting/file.ts";
import { type Handed, handOver } from "./exporting/hand-over.ts";
import { uploadRefusal } from "./exporting/refusals.ts";
import { failureOf } from "./slack/failure.ts";
import { askedWords } from "./views/asked.ts";
import { exportMessage } from "./views/export.ts";

export interface ExportWish {
  /** Whose wish it is. */
  readonly user: string;
  readonly format: ExportFormat;
  readonly filter: Asked;
  /** To whoever asks, or a channel by its id. */
  readonly to: "person" | { readonly channel: string };
  /** A former try may have delivered the file already. */
  readonly mayRepeat?: boolean;
}

/** What became of a wish. `why` is a sentence with the next step. */
export type Exported =
  | { readonly kind: "delivered"; readonly findings: number; readonly permalink: string | null }
  | { readonly kind: "nothing" }
  | { readonly kind: "refused"; readonly why: string };

/** Bytes that Slack takes of one file: https://slack.com/help/articles/201330736 */
const MOST_BYTES = 1_000_000_000;

/** Writes findings into a file and brings it to a person, or to a channel. What leaves is in the audit log before it does. One export after another: each needs room on the disk. */
export async function deliverExport(desk: Desk, wish: ExportWish): Promise<Exported> {
  const before = turns.get(desk.slack) ?? Promise.resolve();
  const mine = before.then(() => deliver(desk, wish));
  turns.set(
    desk.slack,
    mine.catch(() => {}),
  );
  return mine;
}
const turns = new WeakMap<object, Promise<unknown>>();

async function deliver(desk: Desk, wish: ExportWish): Promise<Exported> {
  const { rows, ...said } = await desk.posture.leaving(wish.filter);
  const { pieces, left } = counted(wish.format, rows, { ...said, version: packageJson.version });
  try {
    return await withFile(pieces, MOST_BYTES, (path) => leave(desk, wish, said, { path, left: left() }));
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    return { kind: "refused", why: uploadRefusal({ kind: "other", why: "file_upload_size_restricted" }) };
  }
}

async function leave(
  desk: Desk,
  { user, format, filter, to, mayRepeat = false }: ExportWish,
  { filter: spoken, at, coverage }: Omit<Leaving, "rows">,
  { path, left }: { readonly path: string; readonly left: Left },
): Promise<Exported> {
  if (left.findings === 0) return { kind: "nothing" };
  const by: Actor = { kind: "user", id: user, via: "slack" };
  await desk.posture.noteExport({ format, filter: spoken, findings: left.findings, sha256: left.sha256, by });
  const file = { name: nameOf(format, at), content: await openAsBlob(path) };
  const askedBy = to === "person" ? null : user;
  const model = { format, filter: askedWords(filter), left, at, coverage, askedBy };
  const handed = await placed(desk, user, to, (channel) =>
    handOver(desk, file, channel, (repeats) => exportMessage({ ...model, mayRepeat: repeats || mayRepeat })),
  );
  return handed.kind === "there" ? { kind: "delivered", findings: left.findings, permalink: handed.permalink } : handed;
}

async function placed(desk: Desk, user: string, to: ExportWish["to"], hand: (channel: string) => Promise<Handed>): Promise<Handed> {
  if (to !== "person") return hand(to.channel);
  try {
    return await hand(await desk.slack.dm(user));
  } catch (error) {
    const failure = failureOf(error);
    desk.log.warn({ failure }, "direct messages could not be opened");
    return { kind: "refused", why: uploadRefusal(failure) };
  }
}

/** `posture-findings-2026-11-25T0930Z.csv` */
function nameOf(format: ExportFormat, at: Instant): string {
  return `posture-findings-${at.slice(0, 16).replace(":", "")}Z.${EXPORT_FILES[format].extension}`;
}
