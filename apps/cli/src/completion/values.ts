import { resolve } from "node:path";
import { NOBODY, SEVERITIES, STATUSES } from "@posture/core";
import { frameworkWords, loadChecks, openStore } from "@posture/runtime";
import { ME } from "../assigning/me.ts";
import { placeOf } from "../open.ts";
import type { Wanted, Word } from "./line.ts";

/** Paths are the shell's own to complete. */
export type Values = readonly Word[] | ":file" | ":folder";

/** Ids beyond this number are completed by nobody. */
const MOST = 1000;

/** The values that an option or an argument may have, by its name, as configuration and store have them at this moment. */
export async function valuesOf({ value, given, typed }: Wanted): Promise<Values> {
  if (!value) return [];
  const { name, path } = value;
  switch (name) {
    case "id":
      return path[0] === "checks" ? checkIds(given) : findingIds(given, typed);
    case "--check":
      return checkIds(given);
    case "--status":
      return words(STATUSES);
    case "--severity":
      return words(SEVERITIES);
    case "--framework":
      return words(frameworkWords((await checksOf(given)).infos));
    case "--category":
    case "--service":
      return words([...new Set((await checksOf(given)).infos.flatMap(({ categories }) => categories))].toSorted());
    case "--account":
      return words((await sweptOf(given)).map(({ accountId }) => accountId));
    case "--region":
      return words([...new Set((await sweptOf(given)).flatMap(({ regions }) => regions))].toSorted());
    case "user":
      return [...words([ME]), ...(await assigneesIn(given))];
    case "--assignee":
      return [...words([ME, NOBODY]), ...(await assigneesIn(given))];
    case "--config":
      return ":file";
    case "--store":
      return ":folder";
    default:
      return [];
  }
}

function words(texts: readonly string[]): readonly Word[] {
  return texts.map((text) => ({ text, says: "" }));
}

type Given = Wanted["given"];

function configOf(given: Given): string | undefined {
  return given["--config"] ?? process.env["POSTURE_CONFIG"];
}

function checksOf(given: Given): ReturnType<typeof loadChecks> {
  return loadChecks({ file: configOf(given), folder: resolve(".") });
}

async function checkIds(given: Given): Promise<readonly Word[]> {
  const { infos } = await checksOf(given);
  return infos.map(({ id, title }) => ({ text: id, says: title }));
}

async function opened(given: Given): Promise<Awaited<ReturnType<typeof openStore>>> {
  const place = await placeOf({ store: given["--store"] ?? process.env["POSTURE_STORE"], config: configOf(given) });
  return openStore(place, { now, readOnly: true });
}

async function findingIds(given: Given, typed: string): Promise<readonly Word[]> {
  const store = await opened(given);
  try {
    const found: Word[] = [];
    for await (const { id, status, finding } of store.list({}, now())) {
      if (!id.startsWith(typed)) continue;
      found.push({ text: id, says: `${status === "open" ? finding.severity : status}: ${finding.title}, ${finding.ref.name}` });
      if (found.length === MOST) break;
    }
    return found;
  } finally {
    await store.close();
  }
}

/** Whoever sees to something already. */
async function assigneesIn(given: Given): Promise<readonly Word[]> {
  const store = await opened(given);
  try {
    const found = new Set<string>();
    for await (const { finding } of store.list({}, now())) if (finding.assignee) found.add(finding.assignee.id);
    return words([...found].toSorted());
  } finally {
    await store.close();
  }
}

/** The accounts and regions that the store knows of. */
async function sweptOf(given: Given): Promise<readonly { readonly accountId: string; readonly regions: readonly string[] }[]> {
  const store = await opened(given);
  try {
    return await store.read({}, ({ sweeps }) => sweeps.flatMap(({ accounts }) => accounts));
  } finally {
    await store.close();
  }
}

function now(): string {
  return new Date().toISOString();
}
