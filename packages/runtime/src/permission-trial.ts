import { AwsFault, type AwsHost, type AwsSettings, openAws } from "@posture/aws-access";
import { collectors as ours } from "@posture/collectors-aws";
import { loadConfig } from "@posture/config";
import {
  asRead,
  asReadByTag,
  type Call,
  type CollectorDefinition,
  callsOf,
  facetOf,
  findCallsOf,
  GLOBAL,
  ListingFailure,
  plus,
} from "@posture/core";
import { type Watch, watchesOf } from "@posture/engine";
import { mayReadTags } from "./checks.ts";
import { firstPartyPlugins } from "./plugins.ts";
import { type Heard, type PermissionTrial, trialOf } from "./permissions.ts";

/** The whole trial ends within this time, in milliseconds. */
const LONGEST = 10 * 60_000;
/** Resources of a kind that are looked at until every call of the kind was sent. */
const MOST_RESOURCES = 10;

/** What `tryPermissions` does. Everything that is sent is a read that the enabled checks declare. */
export async function runTrial(
  source: { readonly file?: string | undefined; readonly folder: string },
  wanted: readonly string[] | undefined,
  settings: AwsSettings = {},
): Promise<PermissionTrial> {
  const config = await loadConfig({ ...source, defaults: firstPartyPlugins });
  const aws = openAws(settings);
  try {
    const { accountId, partition } = await aws.identity();
    const regions = wanted ?? config.regions ?? (await aws.enabledRegions());
    const byTag = mayReadTags(config);
    const tried = byTag ? config.checks.map((it) => ({ ...it, check: asReadByTag(it) })) : config.checks;
    const checks = tried.map(asRead);
    const deadline = plus(new Date().toISOString(), LONGEST);
    // Who we are was answered a moment ago, by another way than a collector's.
    const heard: Heard = { answers: new Map([["sts:GetCallerIdentity", "granted"]]), kinds: new Map() };
    const host = listening(aws.run({ allowed: callsOf(checks), deadline, accountId, partition }), heard);
    const definitions: readonly CollectorDefinition<AwsHost>[] = [...ours, ...config.collectors];
    const watches = watchesOf(
      tried,
      definitions.map((definition) => definition.bind(host)),
    );
    await Promise.all(watches.map((watch) => tryKind(watch, { accountId, partition, regions }, heard)));
    const hasQueue = config.events !== null || Boolean(process.env["POSTURE_EVENT_QUEUE"]);
    return trialOf(checks, heard, hasQueue ? findCallsOf(checks) : []);
  } finally {
    aws.close();
  }
}

/** Hears how every call is answered. An error by which AWS says something of the resource is an answer: the call was allowed. */
function listening(aws: AwsHost, { answers }: Heard): AwsHost {
  const note = ({ service, operation }: Call, answer: "granted" | "denied" | "unanswered"): void => {
    const call = `${service}:${operation}`;
    // One refusal counts more than any number of answers: some region, or some resource, will be unknown.
    if (answer === "denied" || !answers.has(call) || (answer === "granted" && answers.get(call) === "unanswered"))
      answers.set(call, answer);
  };
  return {
    accountId: aws.accountId,
    partition: aws.partition,
    async send(service, command, options) {
      try {
        const reply = await aws.send(service, command, options);
        note(options.call, "granted");
        return reply;
      } catch (error) {
        if (error instanceof AwsFault) note(options.call, answerOf(error));
        throw error;
      }
    },
    once: (name, work) => aws.once(name, work),
    pause: (milliseconds, call) => aws.pause(milliseconds, call),
  };
}

function answerOf({ reason, status }: AwsFault): "granted" | "denied" | "unanswered" {
  if (reason === "denied") return "denied";
  return reason === "malformed" && status !== undefined && status >= 300 ? "granted" : "unanswered";
}

interface Place {
  readonly accountId: string;
  readonly partition: string;
  readonly regions: readonly string[];
}

/** Lists the kind wherever it is, no further than the first resources, and reads of these what was not read before. */
async function tryKind(watch: Watch, { accountId, partition, regions }: Place, heard: Heard): Promise<void> {
  const { collector, kind, wanted } = watch;
  const facets = [...wanted].filter((name) => facetOf(kind.facets, name).read.length > 0);
  let resources = 0;
  let listed = true;
  for (const region of collector.reach === "global" ? [GLOBAL] : regions) {
    try {
      let here = 0;
      for await (const { ref } of collector.list({ accountId, partition, region }, wanted)) {
        here += 1;
        resources += 1;
        const untried = facets.filter((name) => facetOf(kind.facets, name).read.some((call) => !heard.answers.has(nameOf(call))));
        for (const facet of untried) await collector.read(ref, facet, watch.options[facet] ?? kind.facets[facet]?.options?.default);
        if (untried.length === 0 || here >= MOST_RESOURCES) break;
      }
    } catch (error) {
      if (!(error instanceof ListingFailure)) throw error;
      listed = false;
    }
  }
  heard.kinds.set(kind.type, { resources, listed });
}

function nameOf({ service, operation }: Call): string {
  return `${service}:${operation}`;
}
