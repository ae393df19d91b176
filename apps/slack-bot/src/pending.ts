import { type Actor, type Basis, covers, type Finding, type Instant, type Suppression } from "@posture/core";
import type { Listed } from "@posture/runtime";
import type { Desk } from "./desk.ts";

/** What another person has to decide: a suppression that was asked for, or a later expiry of one. */
export interface Pending {
  readonly suppressionId: string;
  readonly by: Actor;
  /** Until when it would last. */
  readonly expiresAt: Instant;
  readonly justification: string;
  readonly basis?: Basis;
  readonly ticket?: string;
  /** It is in force, and only its later expiry waits. */
  readonly later: boolean;
}

/** What of a suppression waits for approval; `null`: nothing. Pure. */
export function pendingOf({ id, by, expiresAt, approval, asked, ended, ...rest }: Suppression, now: Instant): Pending | null {
  if (ended !== null || expiresAt <= now) return null;
  const { justification, basis, ticket } = rest;
  const why = { justification, ...(basis && { basis }), ...(ticket !== undefined && { ticket }) };
  if (approval === "waiting") return { suppressionId: id, by, expiresAt, ...why, later: false };
  return asked ? { suppressionId: id, by: asked.by, expiresAt: asked.expiresAt, ...why, later: true } : null;
}

/** What waits for approval about one finding: a suppression of its own, or a later expiry of what hides it. Pure. */
export function pendingAbout(finding: Finding, hiding: Suppression | null, all: readonly Suppression[], now: Instant): Pending | null {
  const own = all.filter(({ scope }) => "fingerprint" in scope && covers(scope, finding));
  const found = [...(hiding ? [hiding] : []), ...own].map((it) => pendingOf(it, now));
  return found.find((it) => it !== null) ?? null;
}

export async function pendingFor({ store, now }: Desk, { finding, suppression }: Listed): Promise<Pending | null> {
  return store.read({}, ({ suppressions }) => pendingAbout(finding, suppression, suppressions, now()));
}

/** Also one that has ended; `null`: there never was one. */
export async function suppressionOf({ store }: Desk, id: string): Promise<Suppression | null> {
  const present = await store.read({}, ({ suppressions }) => suppressions.find((it) => it.id === id));
  return present ?? (await store.history()).find((it) => it.id === id) ?? null;
}
