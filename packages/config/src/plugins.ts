import { API_VERSION, type Check, isPlugin, type Plugin, postureError } from "@posture/core";

const RESERVED: ReadonlyMap<string, string> = new Map(
  ["iam", "s3", "encryption", "security-group", "tagging"].map((namespace) => [namespace, "@posture/"]),
);

/**
 * Every plugin, or the reason why one cannot be taken.
 * @throws {PostureError} POSTURE_PLUGIN_NOT_A_PLUGIN, POSTURE_PLUGIN_API_MISMATCH, POSTURE_PLUGIN_INVALID
 */
export function verifiedPlugins(given: readonly unknown[]): readonly Plugin[] {
  const plugins = given.map(asPlugin);
  for (const plugin of plugins) {
    const problems = problemsOf(plugin, plugins);
    if (problems.length > 0) throw postureError("POSTURE_PLUGIN_INVALID", { plugin: nameOf(plugin), problems: problems.join("; ") });
  }
  return plugins;
}

function asPlugin(value: unknown, index: number): Plugin {
  if (!isPlugin(value)) throw postureError("POSTURE_PLUGIN_NOT_A_PLUGIN", { position: index + 1 });
  if (value.apiVersion !== API_VERSION) {
    throw postureError("POSTURE_PLUGIN_API_MISMATCH", { plugin: nameOf(value), theirs: String(value.apiVersion), ours: API_VERSION });
  }
  return value;
}

function nameOf({ name }: Plugin): string {
  return typeof name === "string" && name !== "" ? name : "without a name";
}

/** All that is wrong with one plugin, not only the first thing. */
function problemsOf(plugin: Plugin, all: readonly Plugin[]): string[] {
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
      .map((other) => `the namespace "${namespace}" is also claimed by ${nameOf(other)}`),
    ...ids
      .filter((id) => !new RegExp(`^${namespace}/[a-z0-9-]+$`).test(id))
      .map((id) => `the check id "${id}" does not have the form ${namespace}/thing-bad-condition`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `there are two checks ${id}`),
    ...checks.flatMap((check) => coverProblem(check, everyId)),
  ];
}

function coverProblem({ id, coveredBy }: Check, everyId: ReadonlyMap<string, Check>): string[] {
  if (!coveredBy) return [];
  const cover = everyId.get(coveredBy);
  if (!cover) return [`${id} is covered by ${coveredBy}, which is not there`];
  return cover.coveredBy ? [`${id} is covered by ${coveredBy}, which is itself covered`] : [];
}
