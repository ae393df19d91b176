import { API_VERSION, isPlugin, nameOfPlugin, type Plugin, postureError, problemsOfPlugin } from "@posture/core";

/**
 * Every plugin, or the reason why one cannot be taken.
 * @throws {PostureError} POSTURE_PLUGIN_NOT_A_PLUGIN, POSTURE_PLUGIN_API_MISMATCH, POSTURE_PLUGIN_INVALID
 */
export function verifiedPlugins(given: readonly unknown[]): readonly Plugin[] {
  const plugins = given.map(asPlugin);
  for (const plugin of plugins) {
    const problems = problemsOfPlugin(plugin, plugins);
    if (problems.length > 0) throw postureError("POSTURE_PLUGIN_INVALID", { plugin: nameOfPlugin(plugin), problems: problems.join("; ") });
  }
  return plugins;
}

function asPlugin(value: unknown, index: number): Plugin {
  if (!isPlugin(value)) throw postureError("POSTURE_PLUGIN_NOT_A_PLUGIN", { position: index + 1 });
  if (value.apiVersion !== API_VERSION) {
    throw postureError("POSTURE_PLUGIN_API_MISMATCH", { plugin: nameOfPlugin(value), theirs: String(value.apiVersion), ours: API_VERSION });
  }
  return value;
}
