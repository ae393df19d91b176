import { isPostureError } from "@posture/core";

/** What doctor looks at, in the order in which it is told. */
export const POINTS = [
  "Node.js",
  "Configuration",
  "Routes",
  "Credentials",
  "Clock",
  "Accounts",
  "Permissions",
  "Events",
  "Store",
  "Slack",
  "Channels",
] as const;
export type PointName = (typeof POINTS)[number];

/** `not-examined`: it is not needed, or something before it stood in the way. */
export type PointState = "good" | "warning" | "wrong" | "not-examined";

/** One thing that doctor looked at. */
export interface Point {
  readonly name: PointName;
  readonly state: PointState;
  readonly says: string;
  /** What to do; `null`: nothing. */
  readonly next: string | null;
}

export function good(name: PointName, says: string): Point {
  return { name, state: "good", says, next: null };
}
export function warning(name: PointName, says: string, next: string): Point {
  return { name, state: "warning", says, next };
}
export function wrong(name: PointName, says: string, next: string): Point {
  return { name, state: "wrong", says, next };
}
export function notExamined(name: PointName, says: string, next: string | null = null): Point {
  return { name, state: "not-examined", says, next };
}

/** What an error for people says, as a point. @throws {Error} any other */
export function failed(name: PointName, error: unknown): Point {
  if (isPostureError(error)) return wrong(name, error.message, error.next);
  throw error;
}
