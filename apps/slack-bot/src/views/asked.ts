import { NOBODY } from "@posture/core";
import type { Asked } from "@posture/runtime";

/** What is asked for, so that a person sees how the words were understood: "critical or high · s3 · eu-west-1". Pure. */
export function askedWords(asked: Asked): string {
  const { severities, statuses, categories, framework, checks, accounts, regions, tags, assignees, text } = asked;
  const status = statuses === undefined ? undefined : statuses.length > 5 ? ["in every status"] : statuses;
  const assigned = assignees?.map((it) => (it === NOBODY ? "assigned to nobody" : `assigned to ${it}`));
  const lists = [status, severities, categories, framework === undefined ? undefined : [framework], checks, accounts, regions, assigned];
  const tagged = Object.entries(tags ?? {}).map(([key, values]) => `tag ${key}${values.includes("*") ? "" : `=${values.join(" or ")}`}`);
  const parts = [...lists.flatMap((list) => (list ? [list.join(" or ")] : [])), ...tagged, ...(text === undefined ? [] : [`“${text}”`])];
  return parts.join(" · ");
}
