import type { Storage } from "@posture/resources-aws/rds";
import { z } from "zod";

export interface DatabaseParams {
  readonly requireKmsKey: boolean;
  readonly excludeEngines: readonly string[];
}
export const databaseParams: z.ZodType<DatabaseParams> = z.object({
  requireKmsKey: z.boolean().default(false).describe("Fail storage that is encrypted under a key which AWS owns (`sse-rds`)."),
  excludeEngines: z.array(z.string().min(1)).default([]).describe("Engines that are left out: `docdb`, `neptune` read the check narrowly."),
});

/** What the storage amounts to; `contradictory`: AWS says two things at once; `unclear`: it says nothing that we know. */
export type Encrypted = "yes" | "no" | "aws-owned-key" | "contradictory" | "unclear";

/**
 * The type decides where there is one: under a key that AWS owns it says `sse-rds` while `StorageEncrypted` is false.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
 */
export function encryptionOf({ type, encrypted }: Storage): Encrypted {
  switch (type) {
    case "sse-kms":
      return "yes";
    case "sse-rds":
      return "aws-owned-key";
    case "none":
      return encrypted === true ? "contradictory" : "no";
    case null:
      return encrypted === null ? "unclear" : encrypted ? "yes" : "no";
    default:
      return "unclear";
  }
}

const SERVICES: Readonly<Record<string, string>> = { docdb: "DocumentDB", neptune: "Neptune" };
/** Three services answer the calls of RDS. */
export function serviceOf(engine: string): string {
  return (Object.hasOwn(SERVICES, engine) && SERVICES[engine]) || "RDS";
}

export const CIS_DATABASE: Readonly<Record<string, readonly string[]>> = {
  "cis-aws-foundations-1.4": ["2.3.1"],
  "cis-aws-foundations-1.5": ["2.3.1"],
  "cis-aws-foundations-2.0": ["2.3.1"],
  "cis-aws-foundations-3.0": ["2.3.1"],
  "cis-aws-foundations-4.0": ["2.2.1"],
  "cis-aws-foundations-5.0": ["2.2.1"],
  "cis-aws-foundations-6.0": ["3.2.1"],
  "cis-aws-foundations-7.0": ["3.2.1"],
};
