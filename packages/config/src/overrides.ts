import type { Check, Condition, ResolvedCheck, Setting, Variant } from "@posture/core";
import { z } from "zod";
import type { configShape } from "./config.ts";
import { valuesByKey } from "./shapes.ts";

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
  return isOnSomewhere(resolved) ? { resolved: [resolved], problems: [...base.problems, ...problems] } : { resolved: [], problems };
}

interface Resolved {
  /** The check; nothing, where it is off everywhere. */
  readonly resolved: readonly ResolvedCheck[];
  readonly problems: readonly string[];
}

function isOnSomewhere({ enabled, variants }: ResolvedCheck): boolean {
  return enabled || variants.some(({ change }) => change.enabled);
}

function variantOf(check: Check, override: Given, place: string): { variant: Variant; problems: readonly string[] }[] {
  const given = override.checks[check.id];
  if (!given || Object.keys(given).length === 0) return [];
  const { params, problems } = given.params === undefined ? { problems: [] } : paramsOf(check, given.params, place);
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
    ...(tags && { tags: valuesByKey(tags) }),
  };
}

function paramsOf(check: Check, given: unknown, place: string): { params?: unknown; problems: readonly string[] } {
  if (!check.params) {
    const problem = `${check.id} takes no params${place && `; ${place} gives some`}`;
    return { params: undefined, problems: given === undefined ? [] : [problem] };
  }
  const parsed = check.params.safeParse(given ?? {});
  if (parsed.success) return { params: parsed.data, problems: [] };
  const where = place && ` in ${place}`;
  return { problems: [`the params of ${check.id}${where}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`] };
}
