import type { Condition, ResolvedCheck, ResourceRef, Setting, Variant } from "@posture/core";

export type Place = Pick<ResourceRef, "accountId" | "region">;
/** `null`: they were not read. */
export type Tags = Readonly<Record<string, string>> | null;

/** How a check is set for one resource. */
export interface Decided extends Setting {
  /** Rules on tags that cannot be applied, since the tags were not read. They do not hold. */
  readonly unapplied: readonly Variant[];
  /** How else the check would be set if some of those did hold. Empty: they make no difference. */
  readonly otherwise: readonly Setting[];
}

/** Whether a check is on for a resource, how grave it is there, and with which params. Of the rules that hold, the later win. Pure. */
export function settingOf({ enabled, severity, params, variants }: ResolvedCheck, place: Place, tags: Tags): Decided {
  const base: Decided = { enabled, severity, params, unapplied: [], otherwise: [] };
  return variants.reduce((before, variant) => {
    const { unapplied, otherwise, ...held } = before;
    const changed = (setting: Setting): Setting => ({ ...setting, ...variant.change });
    switch (matchOf(variant.when, place, tags)) {
      case "no":
        return before;
      case "yes":
        return { ...changed(held), unapplied, otherwise: othersThan(changed(held), otherwise.map(changed)) };
      case "unread":
        return {
          ...held,
          unapplied: [...unapplied, variant],
          otherwise: othersThan(held, [...otherwise, changed(held), ...otherwise.map(changed)]),
        };
    }
  }, base);
}

/** False where accounts and regions alone say that it is off, whatever the tags. */
export function mayBeOn(check: ResolvedCheck, place: Place, tags: Tags = null): boolean {
  const { enabled, otherwise } = settingOf(check, place, tags);
  return enabled || otherwise.some((setting) => setting.enabled);
}

/** Why a check is off for a resource whose tags are known. */
export function whyOff({ variants }: ResolvedCheck, place: Place, tags: Tags): string {
  const deciding = variants.findLast(({ when, change }) => change.enabled !== undefined && matchOf(when, place, tags) === "yes");
  if (deciding?.when.tags) return `${deciding.place} switches the check off for what is tagged ${wordsOf(deciding)}`;
  const would = variants.filter(({ when, change }) => change.enabled && matchOf(when, place, null) === "unread");
  return `the check is on only for what is tagged ${would.map((variant) => `${wordsOf(variant)} (${variant.place})`).join(", or ")}`;
}

/** `env=dev or test and team=*`: the tags that a rule is about. */
export function wordsOf({ when: { tags = {} } }: Variant): string {
  return Object.entries(tags)
    .map(([key, values]) => `${key}=${values.join(" or ")}`)
    .join(" and ");
}

type Match = "yes" | "no" | "unread";

function matchOf({ accounts, regions, tags: asked }: Condition, { accountId, region }: Place, tags: Tags): Match {
  if (accounts && !accounts.includes(accountId)) return "no";
  if (regions && !regions.includes(region)) return "no";
  if (!asked) return "yes";
  if (tags === null) return "unread";
  return Object.entries(asked).every(([key, values]) => Object.hasOwn(tags, key) && isOneOf(tags[key], values)) ? "yes" : "no";
}

function isOneOf(value: string | undefined, values: readonly string[]): boolean {
  return value !== undefined && (values.includes(value) || values.includes("*"));
}

/** Each once, without the one that holds. */
function othersThan(held: Setting, settings: readonly Setting[]): Setting[] {
  return settings.filter((it, i) => !isSame(it, held) && settings.findIndex((other) => isSame(it, other)) === i);
}

function isSame(a: Setting, b: Setting): boolean {
  return a.enabled === b.enabled && a.severity === b.severity && a.params === b.params;
}
