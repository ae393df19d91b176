import { parseArn, SEVERITIES } from "@posture/core";
import { type Asked, type CheckInfo, filterOf } from "@posture/runtime";
import packageJson from "../../package.json" with { type: "json" };
import type { PageTurn } from "../codec.ts";
import { recheck } from "../deeds.ts";
import type { Desk } from "../desk.ts";
import { findingModel } from "../finding-model.ts";
import type { Message } from "../slack/port.ts";
import { checksMessage } from "../views/checks.ts";
import { findingMessage } from "../views/finding.ts";
import { findingsMessage, noFindingsMessage } from "../views/findings.ts";
import { withShare } from "../views/sharing.ts";
import { PAGE_SIZE, pageOf } from "../views/pages.ts";
import { resourceMessage } from "../views/resource.ts";
import { statusMessage } from "../views/status.ts";
import { unspokenIn } from "../views/trouble.ts";
import { suppressionsMessage } from "../views/suppressions.ts";
import { sentence } from "../views/words.ts";
import { asked } from "./asked.ts";
import { history } from "./history.ts";
import { knownTo, totalOf } from "./known.ts";
import { mistaken } from "./mistaken.ts";
import { resourceModel } from "./resource.ts";
import { SORTS, sortedBy } from "./sorting.ts";

type Asking = (desk: Desk, typed: string, page: number, user: string) => Promise<Message>;

/** The words that only ask, and what answers them. */
const ASKING: ReadonlyMap<string, Asking> = new Map([
  ["findings", findings],
  ["suppressions", suppressions],
  ["checks", checks],
  ["history", history],
  ["why", why],
  ["status", status],
]);

/** `null`: the word is another's. */
export async function answerTo(desk: Desk, word: string, typed: string, user: string, page = 1): Promise<Message | null> {
  return (await ASKING.get(word)?.(desk, typed, page, user)) ?? null;
}

/** The page that a click on "Next" or "Previous" asks for: what was typed is read again, and the store with it. */
export async function turnedPage(desk: Desk, { list, typed, page }: PageTurn, user: string): Promise<Message | null> {
  return (await ASKING.get(list)?.(desk, typed, page, user)) ?? null;
}

async function findings({ posture, store, now }: Desk, typed: string, wanted: number, user: string): Promise<Message> {
  const sorted = sortedBy(typed);
  if ("mistake" in sorted) return mistaken(sorted.mistake);
  const read = asked(sorted.filter, { ...(await knownTo({ posture, store, now }, sorted.filter)), me: user });
  if ("mistake" in read) return mistaken(read.mistake);
  // A list of what is to be done: what is no longer so, or is hidden, is shown to whoever asks for it.
  const filter: Asked = { statuses: ["open"], ...read.asked };
  const total = totalOf(await store.counts(filterOf(filter, [...posture.checks.values()]), now()));
  const page = pageOf(total, wanted);
  const skip = (page.number - 1) * PAGE_SIZE;
  const [first, ...others] = await posture.list(filter, { skip, limit: PAGE_SIZE, order: SORTS[sorted.sort] });
  if (!first) return noFindingsMessage(filter, await posture.summary({ days: 1 }));
  return findingsMessage({ asked: filter, typed, sorted, page, findings: [first, ...others], now: now() });
}

async function checks(desk: Desk, typed: string, wanted: number): Promise<Message> {
  const read = asked(typed, await knownTo(desk, typed));
  if ("mistake" in read) return mistaken(read.mistake);
  const foreign = (["statuses", "accounts", "regions", "tags", "assignees"] as const).find((field) => read.asked[field] !== undefined);
  if (foreign !== undefined)
    return mistaken(`Checks have no ${FOREIGN[foreign]}: they are chosen by severity, service, framework, check and text.`);
  const all = checksWanted(read.asked, [...desk.posture.checks.values()]);
  const page = pageOf(all.length, wanted);
  const shown = all.slice((page.number - 1) * PAGE_SIZE, page.number * PAGE_SIZE);
  const rows = shown.map(async (check) => ({
    check,
    open: totalOf(await desk.store.counts({ checks: [check.id], statuses: ["open"] }, desk.now())),
  }));
  return checksMessage({ asked: read.asked, typed, page, rows: await Promise.all(rows) });
}

const FOREIGN = { statuses: "status", accounts: "account", regions: "region", tags: "tags", assignees: "assignee" } as const;

function checksWanted({ severities, text, ...rest }: Asked, all: readonly CheckInfo[]): readonly CheckInfo[] {
  const ids = filterOf(rest, all).checks;
  const wanted = all.filter(
    ({ id, title, risk, severity }) =>
      (ids?.includes(id) ?? true) &&
      (severities?.includes(severity) ?? true) &&
      (text === undefined || [id, title, risk].some((it) => it.toLowerCase().includes(text.toLowerCase()))),
  );
  return SEVERITIES.flatMap((severity) => wanted.filter((check) => check.severity === severity));
}

async function suppressions({ posture, store, now }: Desk, typed: string, wanted: number): Promise<Message> {
  if (typed !== "") return mistaken("/posture suppressions lists all of them and takes no filter; /posture findings suppressed does.");
  const all = await posture.suppressions();
  const page = pageOf(all.length, wanted);
  const shown = all.slice((page.number - 1) * PAGE_SIZE, page.number * PAGE_SIZE);
  const rows = shown.map(async (listed) => {
    const { scope } = listed.suppression;
    const [about] = "fingerprint" in scope ? await store.named(scope.fingerprint, now()) : [];
    return { listed, about: about ?? null };
  });
  return suppressionsMessage({ page, rows: await Promise.all(rows) });
}

async function why(desk: Desk, typed: string): Promise<Message> {
  if (typed === "") return sentence("Which resource? Type /posture why and its ARN, or the id of a finding about it.");
  const arn = parseArn(typed) ? typed : (await desk.posture.find(typed)).finding.ref.arn;
  return withShare(resourceMessage(await resourceModel(desk, arn)), { word: "why", page: 1, typed: arn });
}

/** One finding as it stands, with what can be done about it. */
export async function shown(desk: Desk, typed: string): Promise<Message> {
  if (typed === "") return sentence("Which one? Type /posture show and an id.");
  const listed = await desk.posture.find(typed);
  return withShare(findingMessage(await findingModel(desk, listed)), { word: "show", page: 1, typed: listed.finding.fingerprint });
}

async function status({ posture, trouble, unspoken, channel }: Desk, typed: string): Promise<Message> {
  if (typed !== "") return mistaken("/posture status takes nothing more; /posture findings takes filters.");
  return statusMessage({
    summary: await posture.summary({ days: 1 }),
    trouble: trouble(),
    unspoken: unspokenIn(unspoken(), channel),
    events: posture.events(),
    checks: posture.checks.size,
    versions: { posture: packageJson.version, node: process.versions.node },
  });
}

/** Re-checks one finding by its id, or by an ARN all that fail on the resource: they share one read. */
export async function recheckNamed(desk: Desk, typed: string, user: string): Promise<Message> {
  const named = parseArn(typed) ? await desk.store.named(typed, desk.now()) : [];
  const failing = named.filter(({ finding }) => finding.condition === "failing" && finding.watched === "yes");
  const wanted = failing.length > 0 ? failing : [await desk.posture.find(typed)];
  const verdicts = await Promise.all(
    wanted.map(async (listed) => {
      const what = wanted.length > 1 ? `${listed.finding.title} (${listed.id})` : listed.finding.ref.name;
      return `${what}: ${await recheck(desk, listed, user)}`;
    }),
  );
  return sentence(verdicts.join("\n"));
}
