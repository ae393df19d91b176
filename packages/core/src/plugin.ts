import type { Check } from "./check.ts";

/** Raised when a plugin written for the older one could misbehave under the newer. */
export const API_VERSION = 1;

const BRAND: unique symbol = Symbol.for("posture.plugin");

export interface PluginSpec {
  /** The npm package's name. */
  readonly name: string;
  /** The part of its check ids before the slash. */
  readonly namespace: string;
  readonly checks: readonly Check[];
}

export interface Plugin extends PluginSpec {
  readonly apiVersion: number;
  readonly [BRAND]: true;
}

/** Declares a plugin, and stamps it with the API it was written for. */
export function definePlugin(plugin: PluginSpec): Plugin {
  return Object.freeze({ ...plugin, apiVersion: API_VERSION, [BRAND]: true as const });
}

/** True also for the plugin of another copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && BRAND in value;
}

const RESERVED: ReadonlyMap<string, string> = new Map(
  ["iam", "s3", "encryption", "security-group", "tagging"].map((namespace) => [namespace, "@posture/"]),
);

export function nameOfPlugin({ name }: PluginSpec): string {
  return typeof name === "string" && name !== "" ? name : "without a name";
}

/** All that is wrong with one plugin beside these others, in sentences; empty where nothing is. Pure. */
export function problemsOfPlugin(plugin: PluginSpec, all: readonly PluginSpec[] = [plugin]): string[] {
  const { namespace, checks, name } = plugin;
  if (typeof name !== "string" || typeof namespace !== "string" || !Array.isArray(checks))
    return ["it has no name, no namespace or no checks"];
  const ids = checks.map(({ id }) => id);
  const everyId = new Map(all.flatMap((other) => other.checks.map((check): [string, Check] => [check.id, check])));
  const owner = RESERVED.get(namespace);
  return [
    ...(/^[a-z][a-z0-9-]*$/.test(namespace) ? [] : [`its namespace "${namespace}" is not lower-case words with hyphens`]),
    ...(owner && !name.startsWith(owner) ? [`the namespace "${namespace}" belongs to Posture's own plugins`] : []),
    ...all
      .filter((other) => other !== plugin && other.namespace === namespace)
      .map((other) => `the namespace "${namespace}" is also claimed by ${nameOfPlugin(other)}`),
    ...ids
      .filter((id) => !new RegExp(`^${namespace}/[a-z0-9-]+$`).test(id))
      .map((id) => `the check id "${id}" does not have the form ${namespace}/thing-bad-condition`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `there are two checks ${id}`),
    ...checks.flatMap((check) => coverProblem(check, everyId)),
    ...checks.flatMap((check) => formerProblems(check, everyId)),
  ];
}

function coverProblem({ id, coveredBy }: Check, everyId: ReadonlyMap<string, Check>): string[] {
  if (!coveredBy) return [];
  const cover = everyId.get(coveredBy);
  if (!cover) return [`${id} is covered by ${coveredBy}, which is not there`];
  return cover.coveredBy ? [`${id} is covered by ${coveredBy}, which is itself covered`] : [];
}

/** An id is for ever: a former one can be nobody's present one, and can have become one check only. */
function formerProblems({ id, formerIds = [] }: Check, everyId: ReadonlyMap<string, Check>): string[] {
  return formerIds.flatMap((former) => {
    if (everyId.has(former)) return [`${id} says that it was ${former}, which is a check of its own`];
    const other = [...everyId.values()].find((it) => it.id !== id && it.formerIds?.includes(former));
    return other ? [`${id} says that it was ${former}, and so does ${other.id}`] : [];
  });
}
