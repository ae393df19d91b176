import { type Affected, type Instant, resourceKey } from "@posture/core";

/** How many resources and places are remembered, each for the last event about it. */
const REMEMBERED = 10_000;

/** What events have told of since they are listened to without a gap, as sweeps are held against it. */
export interface Heard {
  /** Since when every event would have arrived; `null`: it would not. */
  readonly since: Instant | null;
  /** When the last event about a resource arrived, by `resourceKey`. */
  readonly resources: ReadonlyMap<string, Instant>;
  /** And the last about anything of a kind in a region, by `placeKey`. */
  readonly places: ReadonlyMap<string, Instant>;
  /** And the last that does not name what it touches, of those. */
  readonly unnamed: ReadonlyMap<string, Instant>;
}

/** `region` is `null`: of an event that may be about any. */
export function placeKey({
  accountId,
  type,
  region,
}: {
  readonly accountId: string;
  readonly type: string;
  readonly region: string | null;
}): string {
  return JSON.stringify([accountId, type, region]);
}

/** Remembers what events told of. */
export class Hearing implements Heard {
  since: Instant | null = null;
  readonly resources: Map<string, Instant> = new Map();
  readonly places: Map<string, Instant> = new Map();
  readonly unnamed: Map<string, Instant> = new Map();

  /** From then on every event arrives, as far as one can tell. */
  begins(at: Instant): void {
    this.since ??= at;
  }
  /** Events may have been missed, or come later. */
  breaksOff(): void {
    this.since = null;
  }
  tells(affected: readonly Pick<Affected, "targets">[], at: Instant): void {
    for (const target of affected.flatMap(({ targets }) => targets)) {
      note(this.places, placeKey(target), at);
      if ("arn" in target) note(this.resources, resourceKey(target), at);
      else note(this.unnamed, placeKey(target), at);
    }
  }
}

function note(last: Map<string, Instant>, key: string, at: Instant): void {
  last.delete(key);
  last.set(key, at);
  const [oldest] = last.keys();
  if (oldest !== undefined && last.size > REMEMBERED) last.delete(oldest);
}
