import { type CloudEvent, type Instant, isInstant } from "@posture/core";
import { detailOf, isByRoot } from "./events.ts";
import type { RootUse } from "./values.ts";

/**
 * The use of the root user that a CloudTrail record proves; `null`: it proves none. A sign-in that failed is none, and neither is what
 * a service did on the account's behalf.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function rootUseIn(event: Pick<CloudEvent, "source" | "name" | "region" | "detail">): RootUse | null {
  const detail = detailOf(event);
  const at = instantOf(detail?.eventTime);
  if (detail === null || at === null || detail.errorCode || detail.responseElements?.ConsoleLogin === "Failure") return null;
  const from = detail.sourceIPAddress ? ` from ${detail.sourceIPAddress}` : "";
  const what = `${event.source.replace(/\.amazonaws\.com(\.cn)?$/, "")}:${event.name} in ${event.region}${from}`;
  if (event.name === "AssumeRoot") return { how: "central-session", at, what };
  if (!isByRoot(detail) || detail.userIdentity?.invokedBy || detail.eventType === "AwsServiceEvent") return null;
  return { how: detail.userIdentity?.type === "Root" ? "event" : "central-session", at, what };
}

/** CloudTrail writes seconds; ours have milliseconds. */
function instantOf(text: string | null | undefined): Instant | null {
  const at = new Date(text ?? "");
  if (Number.isNaN(at.getTime())) return null;
  const instant = at.toISOString();
  return isInstant(instant) ? instant : null;
}
