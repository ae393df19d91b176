import type { Instant } from "@posture/core";
import type { Point, PointName } from "./point.ts";
import type { Setting } from "./settings.ts";

export interface DoctorOptions {
  /** What was typed; the environment is asked after it. */
  readonly flags: { readonly config: string | undefined; readonly store: string | undefined };
  readonly folder: string;
  readonly now: () => Instant;
  /** Whether the reads of the checks are tried, which takes some seconds. */
  readonly permissions: boolean;
  /** Told before each point is looked at. */
  readonly onLook?: (name: PointName) => void;
}

/** What doctor found out. Nothing was changed for it, neither here nor in AWS nor in Slack. */
export interface Diagnosis {
  readonly points: readonly Point[];
  readonly settings: readonly Setting[];
}

/**
 * Looks at everything that a sweep and the bot need, and goes on where one of them is not well.
 * @throws {Error} what nobody has foreseen
 */
export async function examine(options: DoctorOptions): Promise<Diagnosis> {
  // The AWS SDK is loaded where it is needed.
  const { runExamination } = await import("./examination.ts");
  return runExamination(options);
}
