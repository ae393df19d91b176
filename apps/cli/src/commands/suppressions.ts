import { type Finding, hides, SEVERITIES, shortId } from "@posture/core";
import type { Decided, Example, SuppressionListed } from "@posture/runtime";
import { out } from "../colours.ts";
import { type StoreOptions, withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { throughDoor, whoAsks } from "../door.ts";
import { expiryOf, type Until } from "../suppress/options.ts";
import { countText, suppressionsText, suppressionText } from "../suppress/text.ts";
import { refusal } from "./suppress.ts";

export interface SuppressionsOptions extends StoreOptions {
  readonly format: "table" | "text" | "json";
}

/** `posture suppressions`. Answers the exit code, as all of these do. */
export async function suppressions({ format, ...options }: SuppressionsOptions): Promise<number> {
  return withPosture({ ...options, readOnly: true }, async (posture) => {
    const all = await posture.suppressions();
    await printed(format === "json" ? json(all) : suppressionsText(allPrintable(all), widthOf()));
    return 0;
  });
}

/** `posture suppressions show <id>` */
export async function suppressionShown(id: string, { format, ...options }: SuppressionsOptions): Promise<number> {
  return withPosture({ ...options, readOnly: true }, async (posture) => {
    const listed = await posture.suppressionNamed(id);
    const { suppression, state } = listed;
    const now = new Date().toISOString();
    const held =
      state === "in-force"
        ? (await posture.list())
            .filter((it) => it.status === "suppressed" && hides(suppression, it.finding, now))
            .map(({ finding }) => finding)
        : (await posture.preview(suppression.scope)).preview.hidden;
    const hidden = held.map(exampleOf).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    await printed(
      format === "json" ? json({ ...listed, findings: hidden }) : suppressionText(allPrintable(listed), allPrintable(hidden), widthOf()),
    );
    return 0;
  });
}

function exampleOf({ fingerprint, checkId, severity, title, ref }: Finding): Example {
  return { id: shortId(fingerprint), checkId, severity, title, arn: ref.arn };
}

/** `posture unsuppress <id>` */
export async function lifted(id: string, { format, ...options }: SuppressionsOptions): Promise<number> {
  return throughDoor({ ...options, makes: false }, async (ask) => {
    const { listed, answer } = await ask("lift", { typed: id, by: await whoAsks() });
    if (answer.kind === "refused") throw refusal(answer.why);
    await printed(format === "json" ? json({ ...listed, answer }) : liftedText(listed));
    return 0;
  });
}

function liftedText(listed: SuppressionListed): string {
  const { id, state, hides: count, bySeverity } = allPrintable(listed);
  const was = state === "in-force" ? `It hid ${countText(count, bySeverity)}.` : "It hid nothing.";
  return `${out.green("✔ Lifted")}  ${id}\n\n${was}\n`;
}

/** `posture suppressions approve <id>` and `decline <id>` */
export async function judged(what: "approve" | "decline", id: string, { format, ...options }: SuppressionsOptions): Promise<number> {
  return throughDoor({ ...options, makes: false }, async (ask) => {
    const answer = await ask(what, { typed: id, by: await whoAsks() });
    await told(answer, what === "approve" ? "Approved" : "Declined", format);
    return 0;
  });
}

/** `posture suppressions extend <id>` */
export async function extended(id: string, { format, ...options }: SuppressionsOptions & Until): Promise<number> {
  const expiresAt = expiryOf(options, new Date().toISOString());
  if (expiresAt === undefined) throw refusal("not-longer");
  return throughDoor({ ...options, makes: false }, async (ask) => {
    const answer = await ask("extend", { typed: id, expiresAt, by: await whoAsks() });
    await told(answer, "Extended", format);
    return 0;
  });
}

/** @throws {PostureError} POSTURE_SUPPRESSION_REFUSED */
async function told({ suppressionId, answer }: Decided, verb: string, format: SuppressionsOptions["format"]): Promise<void> {
  if (answer.kind === "refused") throw refusal(answer.why);
  const { asked, expiresAt, ended } = answer.suppression;
  const until = asked ? `until ${asked.expiresAt}, once another person approves; until ${expiresAt} meanwhile` : `until ${expiresAt}`;
  const head = asked ? out.yellow("… Waits for approval") : out.green(`✔ ${verb}`);
  await printed(
    format === "json"
      ? json({ suppressionId, ...answer })
      : `${head}  ${allPrintable(suppressionId)}  ${out.dim(ended ? "it never began" : until)}\n`,
  );
}
