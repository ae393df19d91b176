import { type Call, type CloudEvent, type EventName, formatArn, parseArn, type ResourceRef, type Selector } from "@posture/core";
import { z } from "zod";

/** Calls of one service whose IAM actions have the names of the operations. `prefix` is the service's name in IAM, where it is another. */
export function callsTo(service: string, prefix: string = service): (operation: string) => Call {
  return (operation) => ({ service, operation, action: `${prefix}:${operation}` });
}

/** Events of one service, `eventsFrom("rds")("ModifyDBInstance")`. */
export function eventsFrom(service: string): (...names: readonly string[]) => EventName[] {
  return (...names) => names.map((name) => ({ source: `${service}.amazonaws.com`, name }));
}

/** The partition, account and region of a listing or of an event. */
export type Place = Pick<CloudEvent, "partition" | "accountId" | "region">;

export function regionalArn({ partition, accountId, region }: Place, service: string, resource: string): string {
  return formatArn({ partition, service, region, accountId, resource });
}

export function selectorOf(type: string, by: string, value: string, { accountId, region }: Place): Selector {
  return { type, by, value, accountId, region };
}

/** Is it an ARN of the account that an event is about? What an account does to another's resources is in its record, too. */
export function isOwn(arn: string, { accountId }: Pick<CloudEvent, "accountId">): boolean {
  return parseArn(arn)?.accountId === accountId;
}

const Record = z.object({ requestParameters: z.unknown().optional(), responseElements: z.unknown().optional() });
/** CloudTrail nests no deeper by far. */
const DEEPEST = 20;

/** Whatever in a CloudTrail record has the form of an id, each once: every service and operation has places of its own for them. */
export function idsIn({ detail }: Pick<CloudEvent, "detail">, form: RegExp): string[] {
  const { requestParameters: asked, responseElements: answered } = Record.safeParse(detail).data ?? {};
  return [...new Set(textsIn([asked, answered], DEEPEST))].filter((text) => form.test(text));
}

function textsIn(value: unknown, deepest: number): readonly string[] {
  if (typeof value === "string") return [value];
  if (deepest === 0 || typeof value !== "object" || value === null) return [];
  const members: readonly unknown[] = Object.values(value);
  return members.flatMap((member) => textsIn(member, deepest - 1));
}

/** Each resource once. */
export function distinct(refs: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(refs.map((ref) => [ref.arn, ref])).values()];
}

/** A text of a CloudTrail record; one that is empty or no text is as good as none. */
export const Text: z.ZodType<string | undefined> = z
  .string()
  .min(1)
  .optional()
  .catch(() => undefined);
export const Flag: z.ZodType<boolean | null> = z.boolean().nullable();
export const Tags: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());
/** Text that AWS may leave out. */
export const Maybe: z.ZodType<string | null> = z.string().min(1).nullable();
