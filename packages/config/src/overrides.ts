import type { Check, Condition, ResolvedCheck, Setting, Variant } from "@posture/core";
import { z } from "zod";
import type { configShape } from "./config.ts";

type Shape = z.infer<typeof configShape>;
type Given = NonNullable<Shape["overrides"]>[number];
type GivenSetting = Given["checks"][string];

/** What the configuration says of one check, and what is wrong with that, in sentences. Pure. */
export function resolveCheck(check: Check, { checks = {}, overrides = [] }: Pick<Shape, "checks" | "overrides">): Resolved {
  const { enabled = true, severity = check.severity, params } = checks[check.id] ?? {};
  const base = paramsOf(check, params, "");
  const rules = overrides.flatMap((override, i) => variantOf(check, override, `overrides[${i}]`));
  const variants = rules.map(({ variant }) => variant);
  const resolved: ResolvedCheck = { check, enabled, severity, params: base.params, variants };
  const problems = rules.flatMap((rule) => rule.problems);
  return mayBeOn(resolved) ? { resolved: [resolved], problems: [...base.problems, ...problems] } : { resolved: [], problems };
}

interface Resolved {
  /** The check; nothing, where it is off everywhere. */
  readonly resolved: readonly ResolvedCheck[];
  readonly problems: readonly string[];
}

function mayBeOn({ enabled, variants }: ResolvedCheck): boolean {
  return enabled || variants.some(({ change }) => change.enabled);
}

function variantOf(check: Check, override: Given, place: string): { variant: Variant; problems: readonly string[] }[] {
  const given = override.checks[check.id];
  if (!given) return [];
  const { params, problems } = given.params === undefined ? { problems: [] } : paramsOf(check, given.params, ` in ${place}`);
  return [{ variant: { place, when: conditionOf(override), change: changeOf(given, params) }, problems }];
}

function changeOf({ enabled, severity, params: given }: GivenSetting, params: unknown): Partial<Setting> {
  return {
    ...(enabled !== undefined && { enabled }),
    ...(severity !== undefined && { severity }),
    ...(given !== undefined && { params }),
  };
}

function conditionOf({ accounts, regions, tags }: Given): Condition {
  return {
    ...(accounts && { accounts }),
    ...(regions && { regions }),
    ...(tags && { tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, [value].flat()])) }),
  };
}

function paramsOf(check: Check, given: unknown, where: string): { params?: unknown; problems: readonly string[] } {
  if (!check.params)
    return { params: undefined, problems: given === undefined ? [] : [`${check.id} takes no params${where && `;${where} has some`}`] };
  const parsed = check.params.safeParse(given ?? {});
  if (parsed.success) return { params: parsed.data, problems: [] };
  return { problems: [`the params of ${check.id}${where}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`] };
}
