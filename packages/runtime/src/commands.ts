import {
  type Actor,
  conforms,
  type Finding,
  findingSchema,
  type Instant,
  type Json,
  postureError,
  problemOf,
  type Status,
  STATUSES,
  UNKNOWN_REASONS,
} from "@posture/core";
import { type CommandServer, sendCommand, serveCommands } from "@posture/store-lowdb";
import { z } from "zod";
import type { Posture, Recheck } from "./posture.ts";

/** What a command line may ask of the process that holds the store. */
const command = z.object({
  op: z.literal("recheck"),
  typed: z.string().min(1),
  by: z.object({ kind: z.literal("user"), id: z.string(), via: z.literal("cli") }),
});

const instant: z.ZodType<Instant> = z.string();
const status: z.ZodType<Status> = z.enum(STATUSES);
const finding: z.ZodType<Finding> = findingSchema;
const undecided = z.object({
  checkId: z.string(),
  ref: z.custom<Finding["ref"]>((value) => typeof value === "object" && value !== null),
  reason: z.enum(UNKNOWN_REASONS),
  missing: z.array(z.string()),
  detail: z.string(),
});
const recheck: z.ZodType<Recheck> = z.object({
  readAt: instant,
  calls: z.number(),
  answer: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("unchanged"), finding, status }),
    z.object({ kind: z.literal("changed"), before: finding, finding, status }),
    z.object({
      kind: z.literal("resolved"),
      before: finding,
      finding,
      why: z.enum(["pass", "not-applicable", "gone"]),
      notes: z.array(z.string()),
      coverage: z.object({ seen: z.number(), total: z.number() }).nullable(),
    }),
    z.object({ kind: z.literal("unreadable"), finding, status, undecided }),
  ]),
});

/**
 * Answers the commands of command lines while this process holds the store: they go through it, since only one process writes.
 * @throws {PostureError} POSTURE_STORE_LOCKED, POSTURE_STORE_UNREADABLE
 */
export function serveStore(posture: Posture): Promise<CommandServer> {
  return serveCommands(posture.store.place, async (given): Promise<Json> => {
    const asked = command.safeParse(given);
    if (!asked.success)
      throw postureError("POSTURE_STORE_SILENT", {
        place: posture.store.place,
        cause: `it does not know the command (${z.prettifyError(asked.error)})`,
      });
    const { typed, by } = asked.data;
    const { finding: named } = await posture.find(typed);
    const answer: unknown = JSON.parse(JSON.stringify(await posture.recheck(named.fingerprint, by)));
    return z.json().parse(answer);
  });
}

/**
 * Has the process that holds the store re-check a finding. `null`: nobody holds it, so the caller may open it.
 * @throws {PostureError} what went wrong there; POSTURE_STORE_SILENT where its answer makes no sense.
 */
export async function recheckThroughHolder(folder: string, typed: string, by: Extract<Actor, { kind: "user" }>): Promise<Recheck | null> {
  const sent = await sendCommand(folder, { op: "recheck", typed, by: { ...by } });
  if (!sent.answered) return null;
  if (conforms(recheck, sent.result)) return sent.result;
  throw postureError("POSTURE_STORE_SILENT", { place: folder, cause: `its answer is not a re-check (${problemOf(recheck, sent.result)})` });
}
