import { setImmediate } from "node:timers/promises";
import { resolveConfig } from "../packages/config/src/index.ts";
import {
  type Check,
  defineCheck,
  type Finding,
  type FindingStore,
  type Instant,
  type Outcome,
  type ResolvedCheck,
  resourceKey,
  type ResourceRef,
} from "../packages/core/src/index.ts";
import type { Found, Judgement } from "../packages/engine/src/index.ts";
import { USUAL } from "../packages/config/src/index.ts";
import { announcerOf } from "../apps/slack-bot/src/outbox/announcer.ts";
import type { Context } from "../packages/runtime/src/context.ts";
import { contextOf } from "../packages/runtime/src/create.ts";
import type { Answers, Ask } from "../packages/runtime/src/protocol.ts";
import { bucket } from "../packages/resources-aws/src/s3/index.ts";

/* A sweep whose answers are there already: what is measured is what the main thread does with them. */

const common = {
  title: "Bucket is open",
  risk: "Anyone can read it.",
  severity: "low",
  resource: bucket,
  needs: ["accountBlock"],
  messages: { bad: "Bucket {name} is open." },
  remediation: { steps: ["Close {name}."], docs: "https://docs.aws.amazon.com/" },
} as const;
const cover: Check = defineCheck({ ...common, id: "example/cover", evaluate: (_, { pass }) => pass() });
const other: Check = defineCheck({ ...common, id: "example/other", coveredBy: "example/cover", evaluate: (_, { pass }) => pass() });
const checks = [cover, other].map((check): ResolvedCheck => ({ check, enabled: true, severity: "low", params: undefined, variants: [] }));

/** What a sweep has to say when it finds exactly these. */
export function foundAgain(findings: readonly Finding[], at: Instant, isFailing: (n: number) => boolean = () => true): Found[] {
  const refs = new Map<string, ResourceRef>(findings.map(({ ref }) => [resourceKey(ref), ref]));
  const keys = [...refs.keys()];
  const scope = { accountId: "111122223333", region: "eu-west-1", type: "AWS::S3::Bucket", listedAt: at };
  const judged = findings.map(({ checkId, ref, severity, message, coveredBy }, n): Found => {
    const { id: messageId, text, evidence, notes } = message;
    const outcome: Outcome = isFailing(n)
      ? { status: "fail", evidenceAt: at, messageId, text, evidence, notes, covered: coveredBy !== null }
      : { status: "pass", evidenceAt: at };
    return { type: "judged", judgements: [{ checkId, ref, severity, outcome } satisfies Judgement] };
  });
  return [{ type: "planned", scopes: 1 }, ...judged, { type: "scope", coverage: { ...scope, state: "complete", seen: keys.length }, keys }];
}

/** What sweeping needs, with these answers in place of AWS's. They come one by one, as messages of the collecting thread do. */
export function cannedContext(store: FindingStore, now: () => Instant, found: () => readonly Found[]): Context {
  const config = { ...resolveConfig({}, [], null), checks };
  const ask = async (asked: Ask, onFound: (found: Found, calls: number) => void): Promise<unknown> => {
    if (asked.op === "identity") return { accountId: "111122223333", partition: "aws", arn: "arn:aws:iam::111122223333:user/example" };
    if (asked.op === "regions") return ["eu-west-1"];
    for (const [n, it] of found().entries()) {
      if (n % 50 === 0) await setImmediate();
      onFound(it, 0);
    }
    return { calls: 0, unread: [] };
  };
  const thread: Context["thread"] = {
    ask: async <A extends Ask>(it: A, { onFound = () => {} }: { onFound?: (found: Found, calls: number) => void } = {}) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is asked here is answered above
      (await ask(it, onFound)) as Answers[A["op"]],
    close: () => Promise.resolve(),
  };
  return contextOf({ store, now, announcer: announcerOf(() => [USUAL]), secondLook: 0 }, config, thread);
}
