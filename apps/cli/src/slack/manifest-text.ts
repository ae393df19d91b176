import { slackManifest, type SlackWay } from "@posture/runtime";
import { stringify } from "yaml";

export type ManifestFormat = "yaml" | "json";

/** Stands for the host of the bot where none was named; it belongs to nobody. */
export const SAMPLE_BASE = "https://posture.example.com";

/** The manifest of the Slack app as text that Slack takes. Pure. */
export function manifestText(way: SlackWay, format: ManifestFormat): string {
  const manifest = slackManifest(way);
  return format === "json" ? `${JSON.stringify(manifest, null, 2)}\n` : stringify(manifest, { lineWidth: 0 });
}
