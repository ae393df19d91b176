import { setTimeout as wait } from "node:timers/promises";
import { type AwsHost, type AwsSettings, openAws } from "@posture/aws-access";
import { collectors as ours } from "@posture/collectors-aws";
import { loadConfig, type ResolvedConfig } from "@posture/config";
import {
  asRead,
  asReadByTag,
  type Call,
  callsOf,
  findCallsOf,
  type Collector,
  type CollectorDefinition,
  type Gap,
  GLOBAL,
  ListingFailure,
  postureError,
  type RuleSet,
  type Unread,
} from "@posture/core";
import { type Found, recheck, sweep, type Watch, watchesOf } from "@posture/engine";
import { firstPartyPlugins } from "./plugins.ts";
import type { Answers, Ask, Identity } from "./protocol.ts";
import { rolesOf } from "./roles.ts";

/** Before what throttled, or could not be reached, is listed again. In milliseconds. */
const PAUSE = 20_000;

/** What the collecting thread can do, in this thread. */
export interface Collecting {
  identity(): Promise<Identity>;
  regions(ask: Extract<Ask, { op: "regions" }>): Promise<readonly string[]>;
  sweep(ask: Extract<Ask, { op: "sweep" }>, emit: (found: Found, calls: number) => void, signal: AbortSignal): Promise<Answers["sweep"]>;
  recheck(ask: Extract<Ask, { op: "recheck" }>): Promise<Answers["recheck"]>;
  find(ask: Extract<Ask, { op: "find" }>): Promise<Answers["find"]>;
  receive(ask: Extract<Ask, { op: "receive" }>, signal: AbortSignal): Promise<Answers["receive"]>;
  remove(ask: Extract<Ask, { op: "remove" }>): Promise<void>;
  queue(ask: Extract<Ask, { op: "queue" }>): Promise<Answers["queue"]>;
  close(): void;
}

export async function startCollecting(
  source: { readonly file?: string | undefined; readonly folder: string },
  settings: AwsSettings = {},
): Promise<Collecting> {
  const config = await loadConfig({ ...source, defaults: firstPartyPlugins });
  const definitions: readonly CollectorDefinition<AwsHost>[] = [...ours, ...config.collectors];
  requireCollectors(config, definitions);
  const aws = openAws({ ...settings, roles: rolesOf(config) });
  const { sleep = (milliseconds: number, stop: AbortSignal) => wait(milliseconds, undefined, { signal: stop }) } = settings;
  const { clock = Date.now } = settings;
  const now = (): string => new Date(clock()).toISOString();

  const watchAll = (host: AwsHost, checks = config.checks): Watch[] => watchesOf(checks, bound(definitions, host));
  const declared = callsOf(config.checks.map(asRead));
  const toFind = [...declared, ...findCallsOf(config.checks.map(asRead))];
  const withTags = callsOf(config.checks.map(asReadByTag));
  const allowedFor = (tagged: readonly RuleSet[]): readonly Call[] => (tagged.length > 0 ? withTags : declared);

  return {
    identity: () => aws.identity(),
    regions: ({ accountId }) => aws.enabledRegions(accountId),
    async sweep({ only, scopes, resources, accounts, seen, hints, tagged, newcomer, deadline, patience }, emit, signal) {
      const checks = only === null ? config.checks : config.checks.filter(({ check }) => only.has(check.id));
      let calls = 0;
      const unread: Unread[] = [];
      for (const account of accounts) {
        const run = aws.run({ allowed: allowedFor(tagged), deadline, accountId: account.accountId, partition: account.partition, signal });
        const watches = watchAll(run, checks);
        const plan = {
          watches,
          accounts: [account],
          ...(scopes && { scopes }),
          ...(resources && { resources }),
          seenOf: (key: string) => seen.get(key),
          hintsOf: (key: string) => hints.get(key),
          tagged,
          newcomer,
          again: { times: 2, until: patience, pause: () => sleep(PAUSE, signal) },
        };
        await sweep(plan, { now, emit: (found) => emit(found, calls + run.calls) });
        calls += run.calls;
        unread.push(...run.unread.map((it) => ({ ...it, type: typeReadBy(it.call, watches) })));
      }
      return { calls, unread };
    },
    async recheck({ checkIds, ref, partition, seen, hints, tagged, primed, deadline }) {
      const run = aws.run({ allowed: allowedFor(tagged), deadline, accountId: ref.accountId, partition });
      const watch = watchAll(run).find(({ kind }) => kind.type === ref.type);
      const asked = watch?.enabled.filter(({ check }) => checkIds.includes(check.id));
      const judgements = watch && asked ? await recheck(watch, asked, ref, seen, now, { hints, tagged, primed }) : [];
      return { judgements, calls: run.calls };
    },
    async find({ selector, partition, regions, deadline }) {
      const run = aws.run({ allowed: toFind, deadline, accountId: selector.accountId, partition });
      const collector = watchAll(run).find(({ kind }) => kind.type === selector.type)?.collector;
      if (!collector?.find) return { refs: [], gaps: [] };
      const places = collector.reach === "global" ? [GLOBAL] : selector.region === null ? regions : [selector.region];
      const found = await Promise.allSettled(
        places.map(async (region) => (await collector.find?.({ ...selector, region, partition })) ?? []),
      );
      const refs = found.flatMap((it) => (it.status === "fulfilled" ? it.value : []));
      return { refs, gaps: found.flatMap((it) => (it.status === "rejected" ? [gapOf(it.reason)] : [])) };
    },
    receive: ({ from, waits }, signal) => aws.queue(from).receive(signal, waits),
    remove: ({ from, receipts }) => aws.queue(from).remove(receipts),
    queue: ({ from }) => aws.queue(from).state(),
    close: () => aws.close(),
  };
}

/** A collector of a third party may throw anything. */
function gapOf(error: unknown): Gap {
  if (error instanceof ListingFailure) return error.gap;
  return { reason: "plugin-error", missing: [], detail: error instanceof Error ? error.message : String(error) };
}

function bound(definitions: readonly CollectorDefinition<AwsHost>[], host: AwsHost): Collector[] {
  return definitions.map((definition) => definition.bind(host));
}

function typeReadBy(call: string, watches: readonly Watch[]): string {
  const kind = watches
    .map((watch) => watch.kind)
    .find(({ lists, facets }) => {
      const calls = [...lists, ...Object.values(facets).flatMap(({ read, prime }) => [...read, ...prime])];
      return calls.some(({ service, operation }) => `${service}:${operation}` === call);
    });
  return kind?.type ?? "";
}

/** A check whose kind nobody can read would be silent for ever; better to say so at the start. */
function requireCollectors({ checks }: ResolvedConfig, definitions: readonly CollectorDefinition<AwsHost>[]): void {
  const readable = new Map(definitions.map(({ kind }) => [kind.type, kind]));
  const problems = checks.flatMap(({ check }) => {
    const kind = readable.get(check.resource.type);
    if (!kind) return [`${check.id} judges ${check.resource.type}, and no collector reads that`];
    return [...check.needs, ...check.mayNeed]
      .filter((facet) => !kind.facets[facet])
      .map((facet) => `${check.id} needs the facet "${facet}", which ${kind.type} does not have`);
  });
  if (problems.length > 0) throw postureError("POSTURE_CONFIG_INVALID", { problems: problems.join("; ") });
}
