import { z } from "zod";
import { Flag, Maybe } from "../declaring.ts";

/**
 * How the storage of an instance or a cluster is encrypted. Since February 2026 `type` decides: `sse-rds` (a key that AWS owns) comes with
 * `encrypted` false. Older endpoints send no type.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
 */
export interface Storage {
  readonly encrypted: boolean | null;
  /** none, sse-kms, sse-rds. */
  readonly type: string | null;
  readonly kmsKeyId: string | null;
}
export const Storage: z.ZodType<Storage> = z.object({ encrypted: Flag, type: Maybe, kmsKeyId: Maybe });
