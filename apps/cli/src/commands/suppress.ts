import { type Basis, type Instant, postureError, type RuleSet } from "@posture/core";
import type { PreviewDigest, SuppressTarget } from "@posture/runtime";
import { out } from "../colours.ts";
import { storeWords, type StoreOptions } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { nextText } from "../next-steps.ts";
import { confirmed } from "../suppress/confirm.ts";
import { type Ask, throughDoor, whoAsks } from "../door.ts";
import { expiryOf, type Until } from "../suppress/options.ts";
import { previewText, refusalOf } from "../suppress/text.ts";

export interface SuppressOptions extends StoreOptions, Until {
  readonly format: "text" | "json";
  readonly sets: readonly RuleSet[];
  readonly reason?: string;
  readonly basis?: Basis;
  readonly ticket?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `posture suppress [id]`. Answers the exit code. */
export async function suppress(id: string | undefined, options: SuppressOptions): Promise<number> {
  const { format, reason, dryRun = false } = options;
  const target = targetOf(id, options.sets);
  if (reason === undefined && !dryRun) throw refusal("justification-too-short");
  const now = new Date().toISOString();
  return throughDoor({ ...options, makes: "rule" in target && !dryRun }, async (ask) => {
    const preview = await ask("preview", { target });
    if (dryRun) {
      await printed(
        format === "json" ? json({ dryRun: true, preview }) : `${allPrintable(previewText(preview, widthOf(), "Would hide"))}\n`,
      );
      return 0;
    }
    if (
      "rule" in target &&
      !options.yes &&
      !(await confirmed(`${allPrintable(previewText(preview, widthOf(), "Would hide"))}\n`, preview.hides))
    ) {
      process.stderr.write("Nothing was suppressed.\n");
      return 1;
    }
    const answer = await suppressed(ask, target, preview, { ...options, now });
    await printed(format === "json" ? json(answer) : doneText(answer, options.store));
    return 0;
  });
}

type Answer = Extract<Awaited<ReturnType<typeof suppressed>>, { readonly kind: "suppressed" }>;

async function suppressed(
  ask: Ask,
  target: SuppressTarget,
  { limits }: PreviewDigest,
  options: SuppressOptions & { readonly now: Instant },
) {
  const { reason = "", basis, ticket, now } = options;
  const expiresAt = expiryOf(options, now);
  const why = { justification: reason, ...(basis && { basis }), ...(ticket !== undefined && { ticket }) };
  const by = await whoAsks();
  const answer = await ask("suppress", { target, ...why, by, ...(expiresAt !== undefined && { expiresAt }) });
  if (answer.kind === "refused") throw refusal(answer.why, { maxDays: limits.maxDays, by: answer.by });
  return answer;
}

export function refusal(...given: Parameters<typeof refusalOf>): Error {
  return postureError("POSTURE_SUPPRESSION_REFUSED", { ...allPrintable(refusalOf(...given)) });
}

/** @throws {PostureError} POSTURE_SUPPRESSION_TARGET */
function targetOf(id: string | undefined, sets: readonly RuleSet[]): SuppressTarget {
  const isNamed = sets.some((set) => Object.keys(set).length > 0);
  if (id !== undefined && !isNamed && sets.length === 1) return { typed: id };
  if (id !== undefined || !isNamed)
    throw postureError("POSTURE_SUPPRESSION_TARGET", { how: id === undefined ? "neither was named" : "both were named" });
  const [only] = sets;
  return { rule: only && sets.length === 1 ? only : { sets } };
}

function doneText({ listed, preview }: Answer, store: string | undefined): string {
  const { suppression, id, state } = allPrintable(listed);
  const words = storeWords(store);
  if (state === "waiting") {
    const next = [
      { command: `posture suppressions approve ${id}${words}`, does: "by another person, makes it so" },
      { command: `posture unsuppress ${id}${words}`, does: "takes it back" },
    ];
    const head = `${out.yellow("… Waits for approval")}  ${id}  ${out.dim(`until ${suppression.expiresAt}`)}`;
    return `${head}\n\n${previewText(allPrintable(preview), widthOf(), "Hides nothing yet; once approved,")}\n\n${nextText(next)}\n`;
  }
  const head = `${out.green("✔ Suppressed")}  ${id}  ${out.dim(`until ${suppression.expiresAt}`)}`;
  return `${head}\n\n${previewText(allPrintable(preview), widthOf())}\n\n${nextText([{ command: `posture unsuppress ${id}${words}`, does: "lifts it at once" }])}\n`;
}
