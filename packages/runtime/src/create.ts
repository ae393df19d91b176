import { setTimeout as wait } from "node:timers/promises";
import type { AwsSettings } from "@posture/aws-access";
import { destinationsOf, frameworkNamed, loadConfig, type ResolvedConfig } from "@posture/config";
import { type FindingStore, type Instant, PART, type ResolvedCheck } from "@posture/core";
import { LIMITS } from "@posture/engine";
import { Accounts } from "./accounts.ts";
import { runAssign } from "./assigning.ts";
import { filterOf } from "./asked.ts";
import { leaving } from "./leaving.ts";
import { runNoteExport } from "./noting.ts";
import { infoOf } from "./checks.ts";
import type { Context } from "./context.ts";
import { queueOf } from "./event-queue.ts";
import { OFF } from "./events/health.ts";
import { Hearing } from "./events/hearing.ts";
import { Listener, type ListenerPauses, USUAL_PAUSES } from "./events/listener.ts";
import { Silence } from "./events/silence.ts";
import { heardBy } from "./events/targets.ts";
import { firstPartyPlugins } from "./plugins.ts";
import type { Announcer, CheckInfo, Listed, Posture } from "./posture.ts";
import { Rechecks } from "./recheck-run.ts";
import { runApprove, runDecline, runExtend, runLift } from "./deciding.ts";
import { runTick } from "./passing.ts";
import { runLimits, runPreview, runSuppress } from "./suppressing.ts";
import { runSuppressions, suppressionNamed } from "./suppressions.ts";
import { runSweep } from "./sweep-run.ts";
import { collectHere } from "./in-process.ts";
import { daySummaryOf, presentIn, summaryOf } from "./summary.ts";
import { type Asking, CollectingThread } from "./thread.ts";
import { announceUntold } from "./untold.ts";
import { theOne } from "./views.ts";

export interface PostureOptions {
  readonly store: FindingStore;
  /** Default: `process.env`. Credentials, region and endpoints are taken from here. */
  readonly env?: NodeJS.ProcessEnv;
  /** A configuration file that must exist. Left out: the one in `folder`, if any. */
  readonly configFile?: string | undefined;
  /** Default: the working directory. */
  readonly folder?: string;
  readonly now?: () => Instant;
  readonly announcer?: Announcer;
  /** Regions to watch, before those of the configuration. */
  readonly regions?: readonly string[] | undefined;
  /** Sweeps are about the checks that map to this framework alone (`cis-3.0`), and touch no finding of another. Left out: about all. */
  readonly framework?: string | undefined;
  /** Each look of a sweep ends within this time, in milliseconds. Default: 30 minutes. */
  readonly sweepDeadline?: number;
  /** Given: collecting runs in this thread, with these settings and the environment of this process. Left out: in a thread of its own. */
  readonly aws?: AwsSettings;
  /** How long listings that throttle or cannot be reached are tried again, in milliseconds. Default: 2 minutes. */
  readonly patience?: number;
  /** What would resolve very much is read again after this time, in milliseconds. Default: 1 minute. */
  readonly secondLook?: number;
  /** The URL of the queue that tells of changes, before that of the configuration. */
  readonly eventQueue?: string | undefined;
  /** How events on one resource are merged into reads, and when a queue is asked again; in milliseconds. Default: 5 s, 60 s, and 1 s. */
  readonly eventPauses?: Partial<ListenerPauses>;
}

const MINUTE = 60_000;

/**
 * Composes configuration, plugins, the collecting thread and a store. Asks AWS nothing yet.
 * @throws {PostureError} POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_CHECK_UNKNOWN, POSTURE_FRAMEWORK_UNKNOWN
 */
export async function createPosture(options: PostureOptions): Promise<Posture> {
  const source = { file: options.configFile, folder: options.folder ?? process.cwd() };
  const config = await loadConfig({ ...source, defaults: firstPartyPlugins });
  const asking = options.aws ? await collectHere(source, options.aws) : new CollectingThread(source, options.env ?? process.env);
  const context = contextOf(options, config, asking);
  const { store, now, thread } = context;
  const rechecks = new Rechecks(context);
  const from = queueOf(options.eventQueue, config.events, options.env ?? process.env);
  const listener = from && new Listener(context, from, { ...USUAL_PAUSES, ...options.eventPauses });
  let sweeping: ReturnType<Posture["sweep"]> | undefined;
  const checks = new Map(config.checks.map((it): [string, CheckInfo] => [it.check.id, infoOf(it)]));
  const stream: Posture["stream"] = (asked = {}, given = {}) => store.list(filterOf(asked, [...checks.values()]), now(), given);
  return {
    store,
    checks,
    route: (finding) => destinationsOf(finding, checks.get(finding.checkId) ?? null, config.slack),
    slackAdmins: config.slack.admins,
    account: () => context.account(),
    accounts: () => context.accounts(),
    sweep: (given = {}) => (sweeping ??= runSweep(context, given).finally(() => (sweeping = undefined))),
    recheck: (fingerprint, by) => rechecks.run(fingerprint, by),
    listen: async (signal, say) => await listener?.listen(signal, say),
    events: () => listener?.health ?? OFF,
    suppressionSettings: config.suppressions,
    slackSettings: config.slack,
    preview: (scope) => runPreview(context, scope),
    limits: (scope) => runLimits(context, scope),
    suppress: (wish) => runSuppress(context, wish),
    lift: (suppressionId, by) => runLift(context, suppressionId, by),
    approve: (suppressionId, by) => runApprove(context, suppressionId, by),
    decline: (suppressionId, by) => runDecline(context, suppressionId, by),
    extend: (suppressionId, expiresAt, by) => runExtend(context, suppressionId, expiresAt, by),
    assign: (fingerprint, assignee, by) => runAssign(context, fingerprint, assignee, by),
    suppressions: () => runSuppressions(context),
    suppressionNamed: (typed) => suppressionNamed(context, typed),
    tick: () => runTick(context),
    catchUp: () => announceUntold(context),
    summary: ({ days } = {}) => summaryOf(store, config.targets, now(), days),
    summaryOf: async (asked) => presentIn(store, filterOf(asked, [...checks.values()]), config.targets, now()),
    day: (day) => daySummaryOf(store, day, now()),
    list: async (asked, given) => {
      const listed: Listed[] = [];
      for await (const it of stream(asked, given)) listed.push(it);
      return listed;
    },
    stream,
    leaving: (asked = {}) => leaving(store, checks, asked, now()),
    noteExport: (note) => runNoteExport(context, note),
    find: async (typed) => theOne(await store.named(typed, now()), typed),
    close: () => thread.close(),
  };
}

/** What everything else works with. Asks AWS nothing yet. */
export function contextOf(options: PostureOptions, config: ResolvedConfig, thread: Asking): Context {
  const { store } = options;
  const accounts = new Accounts({ thread, store, others: config.accounts, wanted: options.regions ?? config.regions });
  const hearing = new Hearing();
  return {
    store,
    thread,
    now: options.now ?? (() => new Date().toISOString()),
    checks: new Map(config.checks.map((it): [string, ResolvedCheck] => [it.check.id, it])),
    only: options.framework === undefined ? null : mappedTo(options.framework, config),
    suppressions: config.suppressions,
    tagged: config.slack.tagged,
    announcer: options.announcer,
    readLive: new Map(),
    hearing,
    silence: new Silence(hearing, heardBy(config.checks)),
    sweepDeadline: options.sweepDeadline ?? 30 * MINUTE,
    patience: options.patience ?? 2 * MINUTE,
    account: () => accounts.own(),
    accounts: () => accounts.all(),
    accountsAnew: () => accounts.anew(),
    limits: LIMITS,
    part: PART,
    pause: async (signal) => await wait(options.secondLook ?? MINUTE, undefined, { signal }),
  };
}

/** @throws {PostureError} POSTURE_FRAMEWORK_UNKNOWN */
function mappedTo(framework: string, { checks }: ResolvedConfig): ReadonlySet<string> {
  const infos = checks.map(infoOf);
  const id = frameworkNamed(framework, infos);
  const mapped = checks.filter((_, i) => id in (infos[i]?.frameworks ?? {}));
  return new Set(mapped.flatMap(({ check }) => [check.id, ...(check.formerIds ?? [])]));
}
