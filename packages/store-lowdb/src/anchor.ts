import type { Head } from "@posture/core";
import { z } from "zod";
import { type Files, jsonOf, readWhole, writeAll, writeWhole } from "./files.ts";

const ANCHOR = "anchor.json";
const anchor = z.object({ format: z.literal("posture-anchor"), version: z.int(), seq: z.int().nonnegative(), hash: z.string() });

/** Where the log ended once. A chain alone cannot show that its end was cut off. */
export async function readAnchor(files: Files, folder: string, warn: (warning: string) => void): Promise<Head | null> {
  const text = await readWhole(files, `${folder}/${ANCHOR}`);
  if (text === null) return null;
  const found = anchor.safeParse(jsonOf(text));
  if (found.success) return found.data;
  warn(`${folder}/${ANCHOR} is damaged: it cannot be told whether the end of the log was cut off. It is written anew.`);
  return null;
}

export async function writeAnchor(files: Files, folder: string, { seq, hash }: Head): Promise<void> {
  const text = `${JSON.stringify({ format: "posture-anchor", version: 1, seq, hash })}\n`;
  await writeWhole(files, folder, ANCHOR, (handle) => writeAll(handle, Buffer.from(text), 0));
}
