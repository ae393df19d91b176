import { z } from "zod";
import { type Instant, isInstant } from "./instant.ts";
import type { CloudEvent } from "./resource.ts";

/** What somebody did in AWS, as CloudTrail tells it. It says why a resource was looked at, and proves nothing about it. */
export interface AwsChange {
  /** CloudTrail's `eventID`. */
  readonly eventId: string;
  /** `AuthorizeSecurityGroupIngress`. */
  readonly name: string;
  /** When AWS took the call. */
  readonly at: Instant;
  /** The ARN of who called, or the AWS service that did, or the account they are of (`account 222233334444`), where AWS says no more; `null`: CloudTrail does not say. */
  readonly by: string | null;
}

/** A CloudTrail record on its way through EventBridge. */
export interface ChangeEvent {
  readonly change: AwsChange;
  readonly event: CloudEvent;
}

const MOST_NAME = 256;
const MOST_ARN = 2048;

const text = z.string().min(1);
const name = text.max(MOST_NAME);
const who = text.max(MOST_ARN).nullish().catch(undefined);
/** AWS alone may send under `aws.`. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const envelope = z.object({
  source: name.startsWith("aws.").optional(),
  account: z.string().regex(/^\d{12}$/),
  region: name,
  detail: z.record(z.string(), z.unknown()),
});
const record = z.object({
  eventID: name,
  eventName: name,
  eventSource: name,
  eventTime: z.string().transform(instantOf),
  recipientAccountId: z.string().nullish(),
  userIdentity: z.object({ type: who, arn: who, invokedBy: who, accountId: who }).nullish().catch(undefined),
});

/** Of somebody of another account, that one's trail has the name and ours the account. */
function byOf({
  type,
  arn,
  invokedBy,
  accountId,
}: Partial<Record<"type" | "arn" | "invokedBy" | "accountId", string | null | undefined>>): string | null {
  return arn ?? invokedBy ?? (type === "AWSAccount" && accountId ? `account ${accountId}` : null);
}

/** CloudTrail writes whole seconds. */
function instantOf(written: string, context: z.RefinementCtx): Instant {
  const at = new Date(written);
  const instant = Number.isNaN(at.getTime()) ? "" : at.toISOString();
  if (!isInstant(instant)) context.addIssue({ code: "custom", message: "is not a time" });
  return instant;
}

/**
 * The event in the body of a queue's message. Pure. `problem`: why it is none, in words for an operator; nothing of the body is in them.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function changeEventIn(body: string, partition: string): ChangeEvent | { readonly problem: string } {
  const around = envelope.safeParse(jsonIn(body));
  if (!around.success) return refused(around.error, []);
  const { account: accountId, region, detail } = around.data;
  const told = record.safeParse(detail);
  if (!told.success) return refused(told.error, ["detail"]);
  const { eventID: eventId, eventName, eventSource: source, eventTime: at, userIdentity, recipientAccountId } = told.data;
  if (recipientAccountId && recipientAccountId !== accountId)
    return { problem: "it is no CloudTrail record from EventBridge: detail.recipientAccountId is not the account that sent it" };
  return {
    change: { eventId, name: eventName, at, by: userIdentity ? byOf(userIdentity) : null },
    event: { source, name: eventName, partition, accountId, region, detail },
  };
}

function refused({ issues: [issue] }: z.ZodError, above: readonly string[]): { readonly problem: string } {
  const place = [...above, ...(issue?.path ?? [])].join(".");
  return {
    problem: `it is no CloudTrail record from EventBridge: ${place === "" ? "it is no JSON object" : `${place} is missing or wrong`}`,
  };
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
