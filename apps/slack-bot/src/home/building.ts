import { GLOBAL } from "@posture/core";
import { filterOf } from "@posture/runtime";
import packageJson from "../../package.json" with { type: "json" };
import { totalOf } from "../asking/known.ts";
import { type Desk, findingOf } from "../desk.ts";
import { type Pending, pendingOf } from "../pending.ts";
import type { Deed } from "../roles/deed.ts";
import { rulesOf } from "../roles/guard.ts";
import type { Message } from "../slack/port.ts";
import { PAGE_SIZE, pageOf } from "../views/pages.ts";
import { scopeText } from "../views/rule.ts";
import { unspokenIn } from "../views/trouble.ts";
import type { Picture } from "../views/summary.ts";
import { askedOf, type HomeFilter, knownFilter } from "./codec.ts";
import type { Links } from "./links.ts";
import type { Approval, Choices, HomeModel, Some } from "./model.ts";
import { type Owned, ownedBy, ownersIn } from "./owned.ts";

const OLDEST = 5;
const APPROVALS = 5;

export interface Building {
  readonly desk: Desk;
  readonly links: Links;
  /** Asked only where the configuration names an owner. */
  readonly owned: () => Promise<Owned>;
  readonly picture: (summary: HomeModel["summary"]) => Promise<Picture | null>;
}

/** Reads what one person sees now. */
export async function homeModel(
  { desk, links, owned, picture }: Building,
  user: string,
  wanted: HomeFilter,
  said: Message | null,
): Promise<HomeModel> {
  const { posture, store } = desk;
  const checks = [...posture.checks.values()];
  const known = knownFilter(wanted, checks);
  const asked = askedOf(known);
  const [summary, total, may] = await Promise.all([
    posture.summary(),
    store.counts(filterOf(asked, checks), desk.now()).then(totalOf),
    permissions(desk, user),
  ]);
  const page = pageOf(total, known.page);
  const listed = await posture.list(asked, { skip: (page.number - 1) * PAGE_SIZE, limit: PAGE_SIZE });
  const [findings, oldest, mine, approvals] = await Promise.all([
    links.rows(desk, listed),
    links.rows(desk, summary.oldestCriticals.slice(0, OLDEST)),
    mineOf(desk, links, owned, user),
    may.approve || may.decline ? approvalsOf(desk, user) : null,
  ]);
  return {
    summary,
    trouble: desk.trouble(),
    unspoken: unspokenIn(desk.unspoken(), desk.channel),
    events: posture.events(),
    picture: await picture(summary),
    said,
    may,
    filter: { ...known, page: page.number },
    choices: await choicesOf(desk, known),
    page,
    findings,
    oldest,
    mine,
    approvals,
    nextSweep: desk.nextSweep(),
    checks: posture.checks.size,
    store: store.place,
    versions: { posture: packageJson.version, node: process.versions.node },
    now: desk.now(),
  };
}

const ASKED = ["open", "export", "approve", "decline"] as const satisfies readonly Deed[];

/** What is not known is no yes. */
async function permissions({ people, posture }: Desk, user: string): Promise<Readonly<Record<(typeof ASKED)[number], boolean>>> {
  const rules = rulesOf({ posture });
  const mayDo = async (deed: Deed): Promise<boolean> => (await people.mayDo(user, deed, false, rules)).kind === "yes";
  const [open, exporting, approve, decline] = await Promise.all([mayDo("open"), mayDo("export"), mayDo("approve"), mayDo("decline")]);
  return { open, export: exporting, approve, decline };
}

async function mineOf(desk: Desk, links: Links, owned: Building["owned"], user: string): Promise<HomeModel["mine"]> {
  const owners = ownersIn(desk.posture.slackSettings);
  if (!owners) return null;
  const groups = [...owners].filter((owner) => owner.startsWith("S"));
  const theirs = await Promise.all(groups.map(async (group) => ((await desk.people.isIn(user, group)) === true ? [group] : [])));
  const { total, first } = ownedBy(await owned(), [user, ...theirs.flat()]);
  return { total, first: await links.rows(desk, first) };
}

/** What another person asked for: nobody approves what they asked for themselves. */
async function approvalsOf(desk: Desk, user: string): Promise<Some<Approval>> {
  const now = desk.now();
  const waiting = (await desk.posture.suppressions()).flatMap(({ suppression }) => {
    const pending = pendingOf(suppression, now);
    return pending && !isBy(pending, user) ? [{ suppression, pending }] : [];
  });
  const first = waiting.slice(0, APPROVALS).map(async ({ suppression, pending }): Promise<Approval> => {
    const { scope } = suppression;
    const finding = "fingerprint" in scope ? (await findingOf(desk, scope.fingerprint))?.finding : undefined;
    return { pending, about: finding ? `${finding.title}: ${finding.ref.name}` : `By rule: ${scopeText(suppression)}` };
  });
  return { total: waiting.length, first: await Promise.all(first) };
}

function isBy({ by }: Pending, user: string): boolean {
  return by.kind === "user" && by.via === "slack" && by.id === user;
}

/** What is watched, and what was chosen already. */
async function choicesOf({ posture, store }: Desk, { region, account }: HomeFilter): Promise<Choices> {
  const sweeps = await store.read({}, (view) => view.sweeps);
  const watched = sweeps.flatMap((sweep) => sweep.accounts);
  const regions = [
    GLOBAL,
    ...watched.flatMap((it) => it.regions),
    ...sweeps.flatMap(({ coverage }) => coverage.map((scope) => scope.region)),
  ];
  const accounts = [...watched.map(({ accountId }) => accountId), ...(account === undefined ? [] : [account])];
  return {
    categories: sorted([...posture.checks.values()].flatMap(({ categories }) => categories)),
    regions: sorted(region === undefined ? regions : [...regions, region]),
    accounts: sorted(accounts).map((id) => ({ id, name: posture.slackSettings.accounts.get(id)?.name ?? null })),
  };
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
