import { createHash } from "node:crypto";
import { type AuditEvent, type Instant, type ResolvedCheck, type StoreView, type SweepRecord, SYSTEM } from "@posture/core";

/** How the checks of a sweep were set: by id the severity, and a digest of everything else that changes what they say. */
export type Settings = NonNullable<SweepRecord["settings"]>;

export function settingsOf(checks: ReadonlyMap<string, ResolvedCheck>): Settings {
  return Object.fromEntries(
    [...checks].map(([id, { severity, params, variants }]) => {
      const rest = JSON.stringify([params, variants.map(({ when, change }) => [when, change])]);
      return [id, `${severity} ${createHash("sha256").update(rest).digest("hex").slice(0, 8)}`];
    }),
  );
}

/** What the audit log says of a configuration that differs from that of the account's sweep before. Of the first sweep it says nothing. */
export function configuredEvents({ sweeps }: StoreView, accountId: string, settings: Settings, at: Instant): readonly AuditEvent[] {
  const before = sweeps.find(({ accounts }) => accounts.some((account) => account.accountId === accountId))?.settings;
  if (!before) return [];
  const ids = [...new Set([...Object.keys(before), ...Object.keys(settings)])].toSorted();
  return ids.flatMap((id): AuditEvent[] => {
    const [was, is] = [before[id], settings[id]];
    if (was === is) return [];
    const states = { ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
    return [{ type: "configured", subject: id, at, actor: SYSTEM, source: "sweep", note: noteOf(was, is), ...states }];
  });
}

function noteOf(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return "switched on";
  if (is === undefined) return "switched off";
  const [severity, next] = [was.split(" ")[0] ?? "", is.split(" ")[0] ?? ""];
  return severity === next ? "parameters or overrides changed" : `severity changed from ${severity} to ${next}`;
}
