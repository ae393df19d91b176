import type { AwsAccess } from "@posture/aws-access";
import type { ResolvedAccount } from "@posture/config";
import { isPostureError } from "@posture/core";
import { good, notExamined, type Point, wrong } from "./point.ts";

const NAMED = 3;

/** Asks each other account that is watched, with its role, for what a sweep asks first. */
export async function accountsPoint(accounts: readonly ResolvedAccount[], aws: Pick<AwsAccess, "enabledRegions">): Promise<Point> {
  if (accounts.length === 0) return notExamined("Accounts", "none besides that of the credentials");
  const asked = await Promise.all(
    accounts.map(async ({ id }) => ({ id, trouble: await aws.enabledRegions(id).then(() => null, wordsOf) })),
  );
  const silent = asked.flatMap(({ id, trouble }) => (trouble === null ? [] : [`${id}: ${trouble}`]));
  const answer = `${asked.length - silent.length} of ${asked.length} other accounts answer with their roles`;
  if (silent.length === 0) return good("Accounts", answer);
  const more = silent.length > NAMED ? `; and ${silent.length - NAMED} more` : "";
  return wrong(
    "Accounts",
    `${answer}; ${silent.slice(0, NAMED).join("; ")}${more}`,
    "See that the role is there, trusts whoever runs Posture, and asks for the external id that the configuration gives; `posture permissions --for member --format cloudformation` makes it. Whoever runs Posture needs sts:AssumeRole on it.",
  );
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return (isPostureError(error) && error.cause instanceof Error ? error.cause.message : said).replace(/\.$/, "");
}
