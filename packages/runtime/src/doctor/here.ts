import type { ResolvedConfig } from "@posture/config";
import { good, type Point, warning, wrong } from "./point.ts";

const OLDEST_NODE = [24, 11] as const;

/** Pure. `version`: as `process.versions.node` says it. */
export function nodePoint(version: string): Point {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldest, least] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= least)) return good("Node.js", version);
  return wrong("Node.js", `${version}; Posture needs ${oldest}.${least} or newer`, "Install a newer Node.js.");
}

/** Pure: what was loaded. */
export function configurationPoint({ file, checks, plugins }: ResolvedConfig): Point {
  const of = `${checks.length} checks of ${plugins.length} ${plugins.length === 1 ? "plugin" : "plugins"}`;
  if (checks.length === 0)
    return warning("Configuration", `${file ?? "no file"} switches every check off`, "Switch some on, or take another file with --config.");
  return good("Configuration", file === null ? `no file, so the defaults: ${of}` : `${file}: ${of}`);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Pure. AWS and Slack refuse what is signed more than five minutes away from their time. `ahead`: of AWS's clock, in milliseconds. */
export function clockPoint(ahead: number): Point {
  const away = Math.abs(ahead);
  const says = `${length(away)} ${ahead > 0 ? "behind" : "ahead of"} AWS's`;
  const next = "Set this machine's clock by the network (NTP).";
  if (away <= 2 * SECOND) return good("Clock", "agrees with AWS's");
  if (away <= 30 * SECOND) return good("Clock", says);
  if (away < 5 * MINUTE) return warning("Clock", `${says}; at five minutes AWS and Slack refuse what is signed here`, next);
  return wrong("Clock", `${says}; AWS and Slack refuse what is signed so far away from their time`, next);
}

function length(milliseconds: number): string {
  const seconds = Math.round(milliseconds / SECOND);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
