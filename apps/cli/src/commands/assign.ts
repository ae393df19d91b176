import { NOBODY } from "@posture/core";
import type { Assigned } from "@posture/runtime";
import { ME } from "../assigning/me.ts";
import { out } from "../colours.ts";
import { throughDoor, whoAsks } from "../door.ts";
import type { StoreOptions } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { paragraph } from "../table.ts";

export interface AssignOptions extends StoreOptions {
  readonly format: "text" | "json";
}

/** `posture assign <id> <user>`. Answers the exit code, as both of these do. @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS */
export async function assign(id: string, user: string, { format, ...options }: AssignOptions): Promise<number> {
  const by = await whoAsks();
  const assignee = user === ME ? by.id : user === NOBODY ? null : user;
  return throughDoor({ ...options, makes: false }, async (ask) => {
    const answer = await ask("assign", { typed: id, assignee, by });
    await printed(format === "json" ? json(answer) : assignedText(allPrintable(answer), widthOf()));
    return 0;
  });
}

/** `posture unassign <id>` */
export function unassign(id: string, options: AssignOptions): Promise<number> {
  return assign(id, NOBODY, options);
}

/** Pure. */
export function assignedText({ id, changed, finding }: Assigned, width: number): string {
  const { title, ref, assignee } = finding;
  const done = assignee ? "✔ Assigned" : "✔ No longer assigned";
  const head = changed ? out.green(done) : out.dim("– It was so already");
  const now = assignee ? `Assigned to ${assignee.id}.` : "Nobody in particular sees to it.";
  return `${paragraph(`${head}  ${out.bold(title)}  ${out.dim(ref.name)}`, width)}\n\n${paragraph(`${id}  ${now}`, width)}\n`;
}
