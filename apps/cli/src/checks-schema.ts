import { SEVERITIES, type Severity } from "@posture/core";
import type { CheckInfo } from "@posture/runtime";
import { z } from "zod";

/** One member of the array that `posture checks list --format json` prints. */
export interface ListedCheck {
  readonly id: string;
  /** The configured one. */
  readonly severity: Severity;
  readonly title: string;
  readonly resourceType: string;
  readonly categories: readonly string[];
  /** Control ids by framework. */
  readonly frameworks: Readonly<Record<string, readonly string[]>>;
  /** The IAM actions that it needs, sorted. */
  readonly permissions: readonly string[];
}

/** The contract of `posture checks list --format json`, to the letter. */
export const checksSchema: z.ZodType<readonly ListedCheck[]> = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
    severity: z.enum(SEVERITIES),
    title: z.string(),
    resourceType: z.string(),
    categories: z.array(z.string()),
    frameworks: z.record(z.string(), z.array(z.string()).min(1)),
    permissions: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/)),
  }),
);

export function listedCheck({ id, severity, title, resourceType, categories, frameworks, permissions }: CheckInfo): ListedCheck {
  return { id, severity, title, resourceType, categories, frameworks, permissions };
}
