import type { Severity } from "@posture/core";
import { z } from "zod";
import { type QuietHours, USUAL } from "./destination.ts";
import { quietShape, resolveQuiet } from "./quiet.ts";
import { account, channel, owner, region, tags, valuesByKey } from "./shapes.ts";
import { misspelt, type Vocabulary } from "./vocabulary.ts";

/** Which findings a route takes: all that is given must hold, and of a list one is enough. */
export interface RouteCondition {
  readonly severities?: readonly Severity[];
  /** Account ids, as text. */
  readonly accounts?: readonly string[];
  /** As `slack.accounts` has them; `*` is any run of characters. */
  readonly organizationalUnits?: readonly string[];
  /** `global` stands for what belongs to no region, as IAM does. */
  readonly regions?: readonly string[];
  /** By key, a value or several; `*` is any value. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>>;
  /** Check ids; `s3/*` is every check that begins so. */
  readonly checks?: readonly string[];
  /** Service categories: `iam`, `s3`, `network`. */
  readonly services?: readonly string[];
  /** Checks that map to one of these: `cis-3.0`, `fsbp`. */
  readonly frameworks?: readonly string[];
}

/** Sends findings to a channel. Routes are asked in their order, and the first that matches ends the asking. */
export interface Route {
  /** By this name it is spoken of. Default: its place, `routes[0]`. */
  readonly name?: string;
  /** Left out: every finding. */
  readonly when?: RouteCondition;
  /** `#security`, or a channel's id. */
  readonly channel: string;
  /** Severities of which each finding gets a message of its own there. Default: critical and high. */
  readonly own?: readonly Severity[];
  /** Whom to mention: the id of a Slack user or user group. Default: whom `owners` and `accounts` name. */
  readonly owner?: string;
  /** Whether a reopening is also told in the channel, and not in the thread alone. Default: true. */
  readonly broadcast?: boolean;
  /** Default: those of `slack.quietHours`; `null`: none. */
  readonly quietHours?: QuietHours | null;
  /** Whether the routes behind it are asked too, so that a finding may go to several channels. Default: false. */
  readonly continue?: boolean;
}

/** A condition in the ids that findings and checks have. */
export interface ResolvedCondition extends Omit<RouteCondition, "tags"> {
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

/** The same with nothing left out. */
export interface ResolvedRoute {
  readonly name: string;
  readonly when: ResolvedCondition;
  readonly channel: string;
  readonly own: readonly Severity[];
  /** `null`: the route names none. */
  readonly owner: string | null;
  readonly broadcast: boolean;
  readonly quiet: QuietHours | null;
  readonly continues: boolean;
}

interface ConditionShape {
  severities?: string[] | undefined;
  accounts?: string[] | undefined;
  organizationalUnits?: string[] | undefined;
  regions?: string[] | undefined;
  tags?: Record<string, string | string[]> | undefined;
  checks?: string[] | undefined;
  services?: string[] | undefined;
  frameworks?: string[] | undefined;
}
interface RouteShape {
  name?: string | undefined;
  when?: ConditionShape | undefined;
  channel: string;
  own?: string[] | undefined;
  owner?: string | undefined;
  broadcast?: boolean | undefined;
  quietHours?: z.infer<typeof quietShape> | null | undefined;
  continue?: boolean | undefined;
}

/** An empty list would match nothing, and nobody writes a route for that. */
function listOf(word: z.ZodType<string>): z.ZodType<string[]> {
  return z.array(word).min(1, "the list is empty; leave it out to mean all");
}
const words = listOf(z.string().min(1));

const condition: z.ZodType<ConditionShape> = z.strictObject({
  severities: words.optional(),
  accounts: listOf(account).optional(),
  organizationalUnits: words.optional(),
  regions: listOf(region).optional(),
  tags: tags.optional(),
  checks: words.optional(),
  services: words.optional(),
  frameworks: words.optional(),
});

export const routesShape: z.ZodType<RouteShape[]> = z.array(
  z.strictObject({
    name: z.string().trim().min(1).max(60).optional(),
    when: condition.optional(),
    channel,
    own: z.array(z.string()).optional(),
    owner: owner.optional(),
    broadcast: z.boolean().optional(),
    quietHours: quietShape.nullable().optional(),
    continue: z.boolean().optional(),
  }),
);

interface Resolved {
  readonly routes: readonly ResolvedRoute[];
  /** In sentences. */
  readonly problems: readonly string[];
}

/** Fills in what routes leave out, and says which of their words mean nothing. Pure. */
export function resolveRoutes(given: readonly RouteShape[], vocabulary: Vocabulary, quiet: QuietHours | null): Resolved {
  const each = given.map((route, i) => resolveRoute(route, `slack.routes[${i}]`, vocabulary, quiet));
  const routes = each.map(({ route }) => route);
  return { routes, problems: [...each.flatMap(({ problems }) => problems), ...sharedNames(routes)] };
}

function resolveRoute(
  given: RouteShape,
  place: string,
  vocabulary: Vocabulary,
  quiet: QuietHours | null,
): { readonly route: ResolvedRoute; readonly problems: readonly string[] } {
  const { severities, tags: tagged, checks, services, frameworks, organizationalUnits, accounts, regions } = given.when ?? {};
  const read = { severities: severities?.map(vocabulary.severity), frameworks: frameworks?.map(vocabulary.framework) };
  const own = given.own?.map(vocabulary.severity);
  const when: ResolvedCondition = {
    ...(read.severities && { severities: read.severities.flatMap((it) => ("is" in it ? it.is : [])) }),
    ...(accounts && { accounts }),
    ...(organizationalUnits && { organizationalUnits }),
    ...(regions && { regions }),
    ...(tagged && { tags: valuesByKey(tagged) }),
    ...(checks && { checks }),
    ...(services && { services }),
    ...(read.frameworks && { frameworks: read.frameworks.flatMap((it) => ("is" in it ? it.is : [])) }),
  };
  const route: ResolvedRoute = {
    name: given.name ?? place.replace("slack.", ""),
    when,
    channel: given.channel,
    own: own?.flatMap((it) => ("is" in it ? it.is : [])) ?? USUAL.own,
    owner: given.owner ?? null,
    broadcast: given.broadcast ?? USUAL.broadcast,
    quiet: given.quietHours === undefined ? quiet : given.quietHours && resolveQuiet(given.quietHours),
    continues: given.continue ?? false,
  };
  const inWhen = [
    ...(read.severities ?? []),
    ...(checks ?? []).map(vocabulary.check),
    ...(services ?? []).map(vocabulary.service),
    ...(read.frameworks ?? []),
    ...(organizationalUnits ?? []).map(vocabulary.organizationalUnit),
  ];
  return { route, problems: [...misspelt(inWhen, `${place}.when`), ...misspelt(own ?? [], `${place}.own`)] };
}

function sharedNames(routes: readonly ResolvedRoute[]): readonly string[] {
  const byName = Map.groupBy(routes.keys(), (i) => routes[i]?.name ?? "");
  return [...byName].flatMap(([name, places]) => {
    const several = places.map((i) => `slack.routes[${i}]`);
    return several.length > 1 ? [`${several.join(" and ")} are both called ${name}; a name is for one route`] : [];
  });
}
