import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** One call that may have made a change, as CloudTrail names its parts. */
export interface Made {
  readonly source: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly request: object | null;
  readonly response?: object;
  /** Two generations of one service are told apart by it. */
  readonly apiVersion?: string;
  /** Left out: whoever is said to make the changes. */
  readonly byRoot?: true;
}

export interface Who {
  /** An ARN. */
  readonly by: string;
  readonly at: Date;
}

/**
 * The event, as EventBridge writes it into a queue. CloudTrail has whole seconds.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html and
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function eventOf(made: Made, { by, at }: Who): object {
  const { source, name, accountId, region, request, response = null, apiVersion, byRoot } = made;
  const time = `${at.toISOString().slice(0, 19)}Z`;
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": name === "ConsoleLogin" ? "AWS Console Sign In via CloudTrail" : "AWS API Call via CloudTrail",
    source: source.replace(".amazonaws.com", "").replace(/^/, "aws."),
    account: accountId,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: "1.11",
      userIdentity: byRoot ? identityOf(`arn:aws:iam::${accountId}:root`) : identityOf(by),
      eventTime: time,
      eventSource: source,
      eventName: name,
      awsRegion: region,
      sourceIPAddress: "198.51.100.7",
      userAgent: "console.amazonaws.com",
      requestParameters: request,
      responseElements: response,
      requestID: randomUUID(),
      eventID: randomUUID(),
      readOnly: false,
      eventType: name === "ConsoleLogin" ? "AwsConsoleSignIn" : "AwsApiCall",
      ...(apiVersion !== undefined && { apiVersion }),
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: "Management",
    },
  };
}

/** Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function identityOf(arn: string): object {
  const [, , service, , accountId, resource = ""] = arn.split(":");
  const name = resource.split("/").at(-1);
  if (resource === "root") return { type: "Root", principalId: accountId, arn, accountId };
  if (service === "sts") return { type: "AssumedRole", principalId: `AROASIMULATED:${name}`, arn, accountId };
  return { type: "IAMUser", principalId: "AIDASIMULATED", arn, accountId, userName: name };
}

export interface Differences<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly was: T; readonly is: T }[];
}

/** What differs between two lists whose members have names. */
export function differences<T>(before: readonly T[] = [], after: readonly T[] = [], nameOf: (it: T) => string): Differences<T> {
  const [was, is] = [before, after].map((all) => new Map(all.map((it) => [nameOf(it), it])));
  return {
    added: after.filter((it) => !was?.has(nameOf(it))),
    removed: before.filter((it) => !is?.has(nameOf(it))),
    changed: after.flatMap((it) => {
      const other = was?.get(nameOf(it));
      return other === undefined || isDeepStrictEqual(other, it) ? [] : [{ was: other, is: it }];
    }),
  };
}

/** Whether a member differs. */
export function differs<T>(was: T, is: T, ...members: readonly (keyof T)[]): boolean {
  return members.some((member) => !isDeepStrictEqual(was[member], is[member]));
}
