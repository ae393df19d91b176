import { readFile } from "node:fs/promises";
import { type Anchor, postureError } from "@posture/core";
import { z } from "zod";

const WRITTEN = /^\s*(\d+):([0-9a-f]{64})\s*$/i;
const kept = z.object({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/i) });

/**
 * An anchor as it is typed, `seq:hash`, or a file that holds one: in these words, or as JSON (the `anchor.json` of a store, the result of
 * `posture audit verify --format json`).
 * @throws {PostureError} POSTURE_ANCHOR_INVALID
 */
export async function anchorOf(given: string): Promise<Anchor> {
  const typed = anchorIn(given, "--anchor");
  if (typed) return typed;
  const text = await readFile(given, "utf8").catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw postureError(
      "POSTURE_ANCHOR_INVALID",
      { anchor: given, cause: `it is not \`seq:hash\`, and as a file it cannot be read (${cause})` },
      error,
    );
  });
  const found = anchorIn(text, given);
  if (!found)
    throw postureError("POSTURE_ANCHOR_INVALID", { anchor: given, cause: "the file holds neither `seq:hash` nor JSON with both" });
  return found;
}

function anchorIn(text: string, name: string): Anchor | null {
  const [, seq, hash] = WRITTEN.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { name, seq: Number(seq), hash: hash.toLowerCase() };
  const value = jsonOf(text);
  const found = z.union([kept, z.object({ head: kept }).transform(({ head }) => head)]).safeParse(value).data;
  return found ? { name, seq: found.seq, hash: found.hash.toLowerCase() } : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
