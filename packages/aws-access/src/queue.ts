import { type Call, type Instant, type PostureError, postureError } from "@posture/core";
import type {
  ServiceInputTypes,
  ServiceOutputTypes,
  SQSClientResolvedConfig,
  MessageSystemAttributeName,
  QueueAttributeName,
} from "@aws-sdk/client-sqs";
import type { Client } from "@smithy/types";
import { z } from "zod";
import type { Clients } from "./clients.ts";
import { AwsFault, faultOf, malformed } from "./fault.ts";
import { told } from "./told.ts";

export interface QueuePlace {
  /** Its URL. */
  readonly queue: string;
  readonly region: string;
}

export interface QueueMessage {
  readonly id: string;
  /** What it is removed by; of this delivery only. */
  readonly receipt: string;
  readonly body: string;
  readonly sentAt: Instant | null;
  /** How often it was delivered, this time included. */
  readonly times: number;
}

/** What SQS says of a queue. */
export interface QueueState {
  /** About how many messages wait, and how many are being worked on. */
  readonly waiting: number;
  readonly underWay: number;
  /** In seconds, how long a delivered message is hidden from others. */
  readonly hiddenFor: number;
  /** Where messages go that nobody could work on, and after how many deliveries; `null`: nowhere. */
  readonly deadLetters: { readonly arn: string; readonly after: number } | null;
}

/**
 * The queue that tells of changes. Removing what was worked on is the only thing that Posture ever writes in AWS; so it goes around the guard
 * of runs, which lets reads through alone, and can send these three operations and no other.
 */
export interface EventQueue {
  /** At most ten messages; `waits`: for up to 20 s. @throws {PostureError} POSTURE_EVENTS_…, POSTURE_AWS_CREDENTIALS_… */
  receive(signal: AbortSignal, waits: boolean): Promise<readonly QueueMessage[]>;
  /** At most ten. One that could not be removed comes again. @throws {PostureError} as `receive` */
  remove(receipts: readonly string[]): Promise<void>;
  /** @throws {PostureError} as `receive` */
  state(): Promise<QueueState>;
}

/** In seconds. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const LONG_POLL = 20;
const HIDDEN_FOR = 120;
const MOST = 10;
const DELIVERY = {
  MaxNumberOfMessages: MOST,
  VisibilityTimeout: HIDDEN_FOR,
  MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"] satisfies MessageSystemAttributeName[],
};
const ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "VisibilityTimeout",
  "RedrivePolicy",
] as const satisfies QueueAttributeName[];
/** In milliseconds, beyond what SQS may wait. */
const ANSWER = 10_000;

export const QUEUE_CALLS: Readonly<Record<"receive" | "remove" | "state", Call>> = {
  receive: { service: "sqs", operation: "ReceiveMessage", action: "sqs:ReceiveMessage" },
  remove: { service: "sqs", operation: "DeleteMessageBatch", action: "sqs:DeleteMessage" },
  state: { service: "sqs", operation: "GetQueueAttributes", action: "sqs:GetQueueAttributes" },
};

const number = z.coerce.number().int().min(0);
const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string().default(""),
        Attributes: z
          .object({ SentTimestamp: number.optional(), ApproximateReceiveCount: number.default(1) })
          .default({ ApproximateReceiveCount: 1 }),
      }),
    )
    .default([]),
});
/** A proxy that answers in AWS's stead numbers no requests. */
const ofAws = z.object({ $metadata: z.object({ requestId: z.string("the answer is not AWS's") }) });
const policy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: number });
const attributes = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: number,
    ApproximateNumberOfMessagesNotVisible: number,
    VisibilityTimeout: number,
    RedrivePolicy: z
      .string()
      .transform((written, context) => {
        try {
          return policy.parse(JSON.parse(written));
        } catch {
          context.addIssue({ code: "custom", message: "is not a redrive policy" });
          return z.NEVER;
        }
      })
      .optional(),
  }),
});

/** Opens nothing: the first question does. */
export function eventQueue({ queue, region }: QueuePlace, clients: Clients): EventQueue {
  async function ask<T>(call: Call, question: Question, schema: z.ZodType<T>, { waits = 0, signal }: Patience = {}): Promise<T> {
    const late = AbortSignal.timeout(waits + ANSWER);
    try {
      const { Sqs } = await import("./sdk/sqs.ts");
      const client = await clients.get(Sqs, region);
      const parsed = schema.and(ofAws).safeParse(await question(client, { abortSignal: signal ? AbortSignal.any([late, signal]) : late }));
      if (parsed.success) return parsed.data;
      throw malformed(call, z.prettifyError(parsed.error));
    } catch (error) {
      if (signal?.aborted) throw error;
      throw toldOf(
        late.aborted
          ? new AwsFault(call, { reason: "network", code: "Deadline", message: "there was no answer in time" })
          : faultOf(call, error, region),
        queue,
      );
    }
  }
  return {
    async receive(signal, waits) {
      const delivery = { ...DELIVERY, WaitTimeSeconds: waits ? LONG_POLL : 0 };
      const { Messages } = await ask(
        QUEUE_CALLS.receive,
        async (client, options) => {
          const { ReceiveMessageCommand } = await import("./sdk/sqs.ts");
          return client.send(new ReceiveMessageCommand({ QueueUrl: queue, ...delivery }), options);
        },
        received,
        { waits: LONG_POLL * 1000, signal },
      );
      return Messages.map(
        ({ MessageId: id, ReceiptHandle: receipt, Body: body, Attributes: { SentTimestamp, ApproximateReceiveCount } }) => ({
          id,
          receipt,
          body,
          sentAt: SentTimestamp === undefined ? null : new Date(SentTimestamp).toISOString(),
          times: ApproximateReceiveCount,
        }),
      );
    },
    async remove(receipts) {
      const Entries = receipts.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
      await ask(
        QUEUE_CALLS.remove,
        async (client, options) => {
          const { DeleteMessageBatchCommand } = await import("./sdk/sqs.ts");
          return client.send(new DeleteMessageBatchCommand({ QueueUrl: queue, Entries }), options);
        },
        z.unknown(),
      );
    },
    async state() {
      const { Attributes: it } = await ask(
        QUEUE_CALLS.state,
        async (client, options) => {
          const { GetQueueAttributesCommand } = await import("./sdk/sqs.ts");
          return client.send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...ATTRIBUTES] }), options);
        },
        attributes,
      );
      return {
        waiting: it.ApproximateNumberOfMessages,
        underWay: it.ApproximateNumberOfMessagesNotVisible,
        hiddenFor: it.VisibilityTimeout,
        deadLetters: it.RedrivePolicy ? { arn: it.RedrivePolicy.deadLetterTargetArn, after: it.RedrivePolicy.maxReceiveCount } : null,
      };
    },
  };
}

type Sqs = Client<ServiceInputTypes, ServiceOutputTypes, SQSClientResolvedConfig>;
type Question = (client: Sqs, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;
interface Patience {
  /** In milliseconds, how long SQS may take before it answers. */
  readonly waits?: number;
  readonly signal?: AbortSignal;
}

function toldOf(fault: AwsFault, queue: string): PostureError {
  return MISSING.test(fault.code)
    ? postureError("POSTURE_EVENTS_QUEUE_MISSING", { queue, cause: fault.said.replace(/\.$/, "") }, fault)
    : told(fault, queue);
}
/** In the JSON protocol and in the older one. */
const MISSING = /(?:QueueDoesNotExist|NonExistentQueue)$/;
