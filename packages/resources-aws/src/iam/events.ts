import { type Call, type CloudEvent, type EventName, GLOBAL, parseArn, type ResourceRef, type Selector } from "@posture/core";
import { z } from "zod";

/** IAM's operations and actions have the same names. */
export function iam(operation: string): Call {
  return { service: "iam", operation, action: `iam:${operation}` };
}

export function events(...names: readonly string[]): EventName[] {
  return names.map((name) => ({ source: "iam.amazonaws.com", name }));
}

/** The reference of a user or a role; its name is the last part of its path. */
export function identityRef(type: string, arn: string, accountId: string, subResourceId?: string): ResourceRef {
  const name = subResourceId ?? arn.slice(arn.lastIndexOf("/") + 1);
  return { type, arn, ...(subResourceId !== undefined && { subResourceId }), name, accountId, region: GLOBAL };
}

/** The name of the user or role that the ARN is about: what IAM's calls want to be told. */
export function identityNameOf({ arn }: Pick<ResourceRef, "arn">): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** `/aws-service-role/x.amazonaws.com/` of a role's ARN; `/` where it has none. */
export function pathOf({ arn }: Pick<ResourceRef, "arn">): string {
  const resource = parseArn(arn)?.resource ?? "";
  return resource.slice(resource.indexOf("/"), resource.lastIndexOf("/") + 1) || "/";
}

/** IAM itself makes and owns such a role; nobody can edit it. */
export function isServiceLinked(ref: Pick<ResourceRef, "arn">): boolean {
  return pathOf(ref).startsWith("/aws-service-role/");
}

type Text = string | null | undefined;
type Texts<K extends string> = { readonly [P in K]?: Text };

/** What IAM's kinds look at in a CloudTrail record; what makes no sense there is not there. */
export interface Detail extends Texts<"eventType" | "eventTime" | "sourceIPAddress" | "errorCode"> {
  readonly userIdentity?: Texts<"type" | "userName" | "arn" | "invokedBy"> | null | undefined;
  readonly requestParameters?: Texts<Parameter> | null | undefined;
  readonly responseElements?:
    | (Texts<"ConsoleLogin"> & { readonly [P in "user" | "role"]?: Texts<"arn"> | null | undefined })
    | null
    | undefined;
}
type Parameter = "userName" | "newUserName" | "roleName" | "groupName" | "policyArn" | "targetPrincipal";

const text: z.ZodType<Text> = z.string().min(1).nullish().catch(undefined);
const identity = z.object({ arn: text }).nullish().catch(undefined);
const Detail: z.ZodType<Detail> = z.object({
  userIdentity: z.object({ type: text, userName: text, arn: text, invokedBy: text }).nullish().catch(undefined),
  requestParameters: z
    .object({ userName: text, newUserName: text, roleName: text, groupName: text, policyArn: text, targetPrincipal: text })
    .nullish()
    .catch(undefined),
  responseElements: z.object({ user: identity, role: identity, ConsoleLogin: text }).nullish().catch(undefined),
  eventType: text,
  eventTime: text,
  sourceIPAddress: text,
  errorCode: text,
});

/**
 * What a CloudTrail record says, as far as IAM's kinds look at it. What cannot be read is not there.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function detailOf({ detail }: Pick<CloudEvent, "detail">): Detail | null {
  return Detail.safeParse(detail).data ?? null;
}

/** The root user itself, or a privileged session in its stead. */
export function isByRoot({ userIdentity }: Detail): boolean {
  return userIdentity?.type === "Root" || userIdentity?.type === "AssumedRoot" || (userIdentity?.arn?.endsWith(":root") ?? false);
}

/** The user whom the call was about; a user who acts on themself need not name themself. */
function userIn(detail: Detail): string | undefined {
  const { requestParameters, userIdentity } = detail;
  return requestParameters?.userName ?? (userIdentity?.type === "IAMUser" ? userIdentity.userName : undefined) ?? undefined;
}

/** The user by every name: one that is renamed has two, and what it had under the first is gone. */
export function usersIn(type: string, event: CloudEvent, detail: Detail): Selector[] {
  const names = [userIn(detail), detail.requestParameters?.newUserName];
  return [...new Set(names)].flatMap((name) => (name ? [selector(type, "userName", name, event)] : []));
}

/** IAM names users and roles without their paths, so that a name is not yet an ARN. */
export function selector(type: string, by: string, value: string, { accountId }: CloudEvent): Selector {
  return { type, by, value, accountId, region: GLOBAL };
}

/** What is gone is known by the name in its ARN. */
export function isNamed(ref: Pick<ResourceRef, "arn">, name: string): boolean {
  return identityNameOf(ref) === name;
}
