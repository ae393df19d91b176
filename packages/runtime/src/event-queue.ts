import { type ResolvedAccount, resolveEvents, type ResolvedEvents } from "@posture/config";
import { formatArn, postureError } from "@posture/core";

/**
 * The queue that tells of changes: what was given wins over the configuration. `null`: there is none.
 * @throws {PostureError} POSTURE_EVENTS_QUEUE_INVALID
 */
export function queueOf(given: string | undefined, events: ResolvedEvents | null, env: NodeJS.ProcessEnv): ResolvedEvents | null {
  if (given === undefined || given === "") return events;
  const named = resolveEvents({ queue: given });
  const resolved = "problem" in named ? resolveEvents({ queue: given, region: events?.region ?? env["AWS_REGION"] }) : named;
  if ("problem" in resolved) throw postureError("POSTURE_EVENTS_QUEUE_INVALID", { problem: `POSTURE_EVENT_QUEUE: ${resolved.problem}` });
  return resolved;
}

/** Those of `QUEUE_CALLS`, said again so that the AWS SDK is loaded only where it is needed. */
export const QUEUE_ACTIONS: readonly string[] = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

/** What the bot may do at its queue, or with a role of another account, as a statement of a policy. */
export interface QueueStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  /** The ARN of the queue, or of the role. */
  readonly Resource: string;
}

/**
 * Pure. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
 * @throws {PostureError} POSTURE_EVENTS_QUEUE_INVALID
 */
export function queueStatement({ queue, region }: ResolvedEvents): QueueStatement {
  const accountId = accountInQueue(queue);
  const name = new URL(queue).pathname.split("/").at(-1);
  if (accountId === null || !name)
    throw postureError("POSTURE_EVENTS_QUEUE_INVALID", {
      problem: `${queue} does not end in an account and a name, so its ARN is not known`,
    });
  const arn = formatArn({ partition: partitionOf(region), service: "sqs", region, accountId, resource: name });
  return { Sid: "PostureEvents", Effect: "Allow", Action: QUEUE_ACTIONS, Resource: arn };
}

/** The account that a queue's URL names; `null`: none. */
export function accountInQueue(queue: string): string | null {
  return /\/(\d{12})\/[^/]+$/.exec(new URL(queue).pathname)?.[1] ?? null;
}

/** Lets another account be read by its role. Pure. */
export function accountStatement({ id, role }: ResolvedAccount): QueueStatement {
  return { Sid: `PostureAccount${id}`, Effect: "Allow", Action: ["sts:AssumeRole"], Resource: role };
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
