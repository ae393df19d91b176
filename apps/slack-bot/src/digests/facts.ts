import { noticeOf } from "@posture/config";
import { statusOf } from "@posture/core";
import type { Desk } from "../desk.ts";
import type { To } from "../outbox/rows.ts";
import type { About, BelongsTo, Facts, Known } from "./daily.ts";
import { type Happened, happenedSince, type Since } from "./happened.ts";

/** Reads what digests are made from. `until`: the last record that counts; left out, the last one. */
export async function factsSince(desk: Desk, since: Since, until?: number): Promise<Facts> {
  const { posture, trouble } = desk;
  const happened = await happenedSince(desk.store, since, until);
  const [summary, open, touched, suppressions] = await Promise.all([
    posture.summary(),
    posture.list({ statuses: ["open"] }),
    touchedBy(desk, happened),
    suppressionsOf(desk),
  ]);
  return { summary, open, happened, touched, suppressions, notice: noticeOf(posture.suppressionSettings), trouble: trouble() };
}

async function touchedBy({ store, now }: Desk, { opened, reopened, resolved }: Happened): Promise<readonly Known[]> {
  const fingerprints = [...new Set([...opened, ...reopened, ...resolved])];
  if (fingerprints.length === 0) return [];
  const at = now();
  return store.read({ findings: { fingerprints } }, (view) => {
    const isMeant = new Set(fingerprints);
    const meant = view.findings.filter((it) => [it.fingerprint, ...it.aliases].some((name) => isMeant.has(name)));
    return meant.map((finding) => ({ finding, status: statusOf(finding, view, at) }));
  });
}

async function suppressionsOf({ posture, store }: Desk): Promise<readonly About[]> {
  const listed = await posture.suppressions();
  const fingerprints = listed.flatMap(({ suppression: { scope } }) => ("fingerprint" in scope ? [scope.fingerprint] : []));
  const findings = await store.read({ findings: { fingerprints } }, (view) => view.findings);
  return listed.map((it) => {
    const { scope } = it.suppression;
    const finding =
      "fingerprint" in scope ? findings.find((one) => [one.fingerprint, ...one.aliases].includes(scope.fingerprint)) : undefined;
    return { listed: it, finding: finding ?? null };
  });
}

/** Where the configuration tells a finding now. */
export function belongingTo({ route, now }: Desk, to: To): BelongsTo {
  const at = now();
  return (finding) => route(finding, at).some(({ channel }) => channel === to);
}
