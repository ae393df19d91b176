import { type Check, type RuleSet } from "@posture/core";
import { z } from "zod";
import { takesCheck } from "./conditions.ts";
import { type DigestSettings, digestsShape, type ResolvedDigests, resolveDigests } from "./digests.ts";
import type { QuietHours } from "./destination.ts";
import { quietShape, resolveQuiet } from "./quiet.ts";
import { type ResolvedRoles, resolveRoles, type RoleSettings, rolesShape } from "./roles.ts";
import { type ResolvedRoute, resolveRoutes, type Route, routesShape } from "./routes.ts";
import { account, owner, person } from "./shapes.ts";
import { vocabularyOf } from "./vocabulary.ts";

/** What is known of an account besides its id. */
export interface SlackAccount {
  /** What people call it. */
  readonly name?: string;
  /** Its place in the organisation, as routes name it: `prod/payments`. */
  readonly organizationalUnit?: string;
  /** Whom to mention where neither a route nor a tag says: the id of a Slack user or user group. */
  readonly owner?: string;
}

/** Resources say by a tag to whom they belong, and changes in AWS by whom they were made. One of `tag` and `principal` is there. */
export interface OwnerSettings {
  /** The key of the tag. Case counts, as it does in AWS. Left out: tags say nothing. */
  readonly tag?: string | undefined;
  /**
   * Whether whoever made the change after which a finding failed owns it, where no tag says otherwise. `people` has them by their user name, the name
   * of the session of their role, or the whole ARN; case does not count. Default: false.
   */
  readonly principal?: boolean | undefined;
  /** By the tag's value or the principal's name, the id of a Slack user or user group. Who is not here is not mentioned. */
  readonly people: Readonly<Record<string, string>>;
}

/** Which channels of Slack are told what, and whom. */
export interface SlackSettings {
  /** Which findings go to which channel, in the order in which they are asked. What none of them takes goes to the channel that the bot was given. */
  readonly routes?: readonly Route[];
  /** By account id. */
  readonly accounts?: Readonly<Record<string, SlackAccount>>;
  readonly owners?: OwnerSettings;
  /** When only criticals are posted, where a route does not say otherwise. Default: never. */
  readonly quietHours?: QuietHours;
  /** Whom the bot tells what it cannot do: Slack user ids. Default: nobody. */
  readonly admins?: readonly string[];
  /** Who may do what. Default: every full member of the workspace may do all. */
  readonly roles?: RoleSettings;
  /** What is told once a day in channels, and once a week to owners. */
  readonly digests?: DigestSettings;
}

/** The same with nothing left out. */
export interface ResolvedSlack {
  readonly routes: readonly ResolvedRoute[];
  readonly accounts: ReadonlyMap<string, SlackAccount>;
  readonly owners: OwnerSettings | null;
  /** Where no route says otherwise. */
  readonly quiet: QuietHours | null;
  readonly admins: readonly string[];
  readonly roles: ResolvedRoles;
  readonly digests: ResolvedDigests;
  /** What fails and is in one of these sets has its tags read, since a route or an owner hangs on them. */
  readonly tagged: readonly RuleSet[];
}

interface AccountShape {
  name?: string | undefined;
  organizationalUnit?: string | undefined;
  owner?: string | undefined;
}
interface Shape {
  routes?: z.infer<typeof routesShape> | undefined;
  accounts?: Record<string, AccountShape> | undefined;
  owners?: OwnerSettings | undefined;
  quietHours?: z.infer<typeof quietShape> | undefined;
  admins?: string[] | undefined;
  roles?: z.infer<typeof rolesShape> | undefined;
  digests?: z.infer<typeof digestsShape> | undefined;
}

const text = z.string().min(1);
const ownersShape = z
  .strictObject({ tag: text.optional(), principal: z.boolean().optional(), people: z.record(text, owner) })
  .refine(({ tag, principal }) => tag !== undefined || principal === true, "nothing says who owns what: give a `tag`, or `principal: true`")
  .superRefine(({ principal, people }, context) => {
    if (principal !== true) return;
    for (const [key, twin] of twinsIn(people))
      context.addIssue({
        code: "custom",
        path: ["people", key],
        message: `is somebody else than ${JSON.stringify(twin)}; case does not count in names of principals`,
      });
  });

/** Names that are one but for their case, and are not one person's. */
function twinsIn(people: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const first = new Map<string, string>();
  return Object.entries(people).flatMap(([key, id]) => {
    const twin = first.get(key.toLowerCase());
    if (twin === undefined) first.set(key.toLowerCase(), key);
    return twin !== undefined && people[twin] !== id ? [[key, twin] as const] : [];
  });
}

export const slackShape: z.ZodType<Shape> = z.strictObject({
  routes: routesShape.optional(),
  accounts: z
    .record(z.string(), z.strictObject({ name: text.optional(), organizationalUnit: text.optional(), owner: owner.optional() }))
    .refine((them) => Object.keys(them).every((id) => account.safeParse(id).success), "an account id is text of 12 digits")
    .optional(),
  owners: ownersShape.optional(),
  quietHours: quietShape.optional(),
  admins: z.array(person).min(1, "nobody is named; leave `admins` out to mean nobody").optional(),
  roles: rolesShape.optional(),
  digests: digestsShape.optional(),
});

interface Resolved {
  readonly slack: ResolvedSlack;
  /** In sentences. */
  readonly problems: readonly string[];
}

/** Fills in what the settings leave out, and says which words of theirs mean nothing. `checks`: those that are loaded, on or off. Pure. */
export function resolveSlack(given: Shape = {}, checks: readonly Check[] = []): Resolved {
  const accounts = new Map(Object.entries(given.accounts ?? {}).map(([id, it]): [string, SlackAccount] => [id, accountOf(it)]));
  const units = [...accounts.values()].flatMap(({ organizationalUnit }) => organizationalUnit ?? []);
  const quiet = given.quietHours ? resolveQuiet(given.quietHours) : null;
  const { routes, problems } = resolveRoutes(given.routes ?? [], vocabularyOf(checks, units), quiet);
  const owners = given.owners ?? null;
  const hasOwners = owners !== null || [...accounts.values(), ...routes].some(({ owner: whom }) => whom !== undefined && whom !== null);
  const told = resolveDigests(given.digests, hasOwners);
  const slack = {
    routes,
    accounts,
    owners,
    quiet,
    admins: given.admins ?? [],
    roles: resolveRoles(given.roles),
    digests: told.digests,
    tagged: taggedOf(routes, owners, checks),
  };
  return { slack, problems: [...problems, ...told.problems] };
}

/** Where the configuration says nothing. */
export const SLACK: ResolvedSlack = resolveSlack().slack;

function accountOf({ name, organizationalUnit, owner: whom }: AccountShape): SlackAccount {
  return {
    ...(name !== undefined && { name }),
    ...(organizationalUnit !== undefined && { organizationalUnit }),
    ...(whom !== undefined && { owner: whom }),
  };
}

/** An owner may be named by any resource that fails; a route's tags matter where its other conditions may hold. */
function taggedOf(routes: readonly ResolvedRoute[], owners: OwnerSettings | null, checks: readonly Check[]): readonly RuleSet[] {
  if (owners?.tag !== undefined) return [{ tags: { [owners.tag]: ["*"] } }];
  return routes.flatMap(({ when }): RuleSet[] => {
    const { tags, accounts, regions } = when;
    if (!tags) return [];
    const some = checks.filter((check) => takesCheck(when, check)).map(({ id }) => id);
    return [{ tags, ...(some.length < checks.length && { checks: some }), ...(accounts && { accounts }), ...(regions && { regions }) }];
  });
}
