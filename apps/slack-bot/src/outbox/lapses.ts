import { covers, type Finding, type Suppression, whyText } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import { cut } from "../views/parts.ts";
import type { FindingBody, Lapsed, Row } from "./rows.ts";

/* A suppression that ends by time alone: nobody decided that the finding is to be seen again, so it is told as news. Pure. */

/** The findings of a commit that were hidden until now, and by what. */
export type Lapses = ReadonlyMap<Finding["fingerprint"], Lapsed>;

const MOST_REASON = 500;

/** `suppressions`: those that the commit writes. */
export function lapsesIn(changes: readonly StatusChange[], suppressions: readonly Suppression[]): Lapses {
  const over = suppressions.filter(({ ended, approval }) => ended?.why === "expired" && approval !== "waiting");
  if (over.length === 0) return new Map();
  return new Map(
    changes
      .filter(({ before, after }) => before?.status === "suppressed" && after.status === "open")
      .flatMap(({ after: { finding } }) => {
        const hid = over.find(({ scope }) => covers(scope, finding));
        return hid ? [[finding.fingerprint, lapsedOf(hid)] as const] : [];
      }),
  );
}

function lapsedOf(suppression: Suppression): Lapsed {
  return { by: suppression.by, until: suppression.expiresAt, why: cut(whyText(suppression), MOST_REASON) };
}

/** Nobody has heard of it yet: its first message says that as well. */
export function withReason(row: Row<FindingBody>, lapsed: Lapsed | undefined): Row<FindingBody> {
  return lapsed ? { ...row, body: { ...row.body, lapsed } } : row;
}
