import { ANY_EVENT, type EventName, eventsOf, type Check } from "@posture/core";

/** What an EventBridge rule lets through. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export interface EventPattern {
  /** AWS alone may send under `aws.`, so that nobody with `events:PutEvents` speaks in its name. */
  readonly source: readonly [{ readonly prefix: "aws." }];
  readonly "detail-type": readonly string[];
  readonly detail: {
    readonly eventSource?: readonly string[];
    readonly eventName?: readonly string[];
    readonly userIdentity?: { readonly type: readonly ["Root"] };
    /** What failed changed nothing. */
    readonly errorCode: readonly [{ readonly exists: false }];
  };
}

export interface EventRule {
  /** `ec2`; `iam-2` where one pattern does not hold all names. */
  readonly name: string;
  readonly says: string;
  readonly pattern: EventPattern;
  /** Whether AWS tells of these in the partition's first region alone, wherever the call came from. */
  readonly global: boolean;
}

/** In characters. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const MOST_PATTERN = 2048;

/** What CloudTrail tells of. */
export const DETAIL_TYPES: readonly string[] = [
  "AWS API Call via CloudTrail",
  "AWS Console Sign In via CloudTrail",
  "AWS Service Event via CloudTrail",
];

/**
 * Services with one endpoint for all regions, whose records CloudTrail writes where that endpoint is.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
 */
const GLOBAL_SOURCES: ReadonlySet<string> = new Set(["iam.amazonaws.com", "organizations.amazonaws.com"]);

/** Pure: the rules that let through what these checks hear, by name. Each event that is named passes one of them; what the root user does, a second one. */
export function eventRulesOf(checks: readonly Check[]): readonly EventRule[] {
  const heard = checks.flatMap((check) => eventsOf(check.resource, [check]));
  const named = Map.groupBy(
    heard.filter((event) => !isAny(event)),
    ({ source }) => source,
  );
  const bySource = [...named].flatMap(([source, all]) => rulesOfSource(source, [...new Set(all.map(({ name }) => name))].toSorted()));
  return [...bySource.toSorted((a, b) => (a.name < b.name ? -1 : 1)), ...(heard.some(isAny) ? [ROOT_RULE] : [])];
}

const ROOT_RULE: EventRule = {
  name: "root-user",
  says: "Whatever the root user does.",
  pattern: patternOf({ userIdentity: { type: ["Root"] } }),
  global: false,
};

function isAny({ source, name }: EventName): boolean {
  return source === ANY_EVENT.source && name === ANY_EVENT.name;
}

function rulesOfSource(source: string, names: readonly string[]): EventRule[] {
  const eventSource = source === "*" ? {} : { eventSource: [source] };
  const service = source === "*" ? "any-service" : (source.split(".")[0] ?? source);
  const parts = names.includes("*") ? [[]] : split(names, (some) => patternOf({ ...eventSource, eventName: some }));
  return parts.map((some, at) => ({
    name: at === 0 ? service : `${service}-${at + 1}`,
    says: source === "*" ? "Changes of any service." : `Changes that ${source} tells of.`,
    pattern: patternOf({ ...eventSource, ...(some.length > 0 ? { eventName: some } : {}) }),
    global: GLOBAL_SOURCES.has(source),
  }));
}

/** As few parts as the limit of a pattern allows. */
function split(names: readonly string[], pattern: (some: readonly string[]) => EventPattern): readonly (readonly string[])[] {
  const parts: string[][] = [];
  for (const name of names) {
    const last = parts.at(-1);
    if (last && JSON.stringify(pattern([...last, name])).length <= MOST_PATTERN) last.push(name);
    else parts.push([name]);
  }
  return parts;
}

function patternOf(detail: Omit<EventPattern["detail"], "errorCode">): EventPattern {
  return {
    source: [{ prefix: "aws." }],
    "detail-type": DETAIL_TYPES,
    detail: { ...detail, errorCode: [{ exists: false }] },
  };
}
