import {
  type Answer,
  type Check,
  type Collector,
  type Conditional,
  defineCheck,
  defineResource,
  type Instant,
  type Listed,
  ListingFailure,
  type Observed,
  plus,
  type ResolvedCheck,
  type ResourceKind,
  type ResourceRef,
  type Target,
  unreadable,
  type UnknownReason,
} from "@posture/core";
import { z } from "zod";

/** A kind small enough to see through: a door, which may be open, whose guard is asked only where it is, and which has a label. */
export interface Door {
  open: boolean;
  guard: Conditional<{ awake: boolean } | null>;
  tags: Readonly<Record<string, string>>;
}

const door: ResourceKind<Door> = defineResource({
  type: "Test::House::Door",
  lists: [{ service: "house", operation: "ListDoors", action: "house:ListDoors" }],
  lifecycle: [],
  facets: {
    open: { schema: z.boolean(), read: [call("GetDoor")], prime: [call("ListDoors")], changedBy: [] },
    guard: {
      schema: z.object({ awake: z.boolean() }).nullable(),
      read: [call("GetGuard")],
      changedBy: [],
      after: ["open"],
      moot: (_, { open }) => (open === false ? "the door is shut" : null),
    },
    tags: { schema: z.record(z.string(), z.string()), read: [call("GetLabels")], prime: [call("ListLabels")], changedBy: [] },
  },
  locate: () => [],
});

function call(operation: string): { service: string; operation: string; action: string } {
  return { service: "house", operation, action: `house:${operation}` };
}

export const doorOpen: Check = defineCheck({
  id: "house/door-open",
  title: "Door stands open",
  risk: "Anyone can walk in.",
  severity: "critical",
  resource: door,
  needs: ["open"],
  messages: { open: "{name} stands open." },
  remediation: { steps: ["Shut {name}."], docs: "https://docs.aws.amazon.com/" },
  evaluate: ({ open }, { pass, fail }) => (open ? fail("open") : pass()),
});

export const guardAsleep: Check = defineCheck({
  id: "house/guard-asleep",
  title: "Guard sleeps",
  risk: "Nobody looks.",
  severity: "low",
  resource: door,
  mayNeed: ["guard"],
  messages: { asleep: "The guard of {name} sleeps." },
  remediation: { steps: ["Wake the guard."], docs: "https://docs.aws.amazon.com/" },
  evaluate({ guard }, { pass, fail, unknown }) {
    if (guard.state === "moot" || guard.state === "absent") return pass();
    if (guard.state === "unreadable") return unknown(guard.reason, "guard");
    return guard.value.awake ? pass() : fail("asleep");
  },
});

export interface FakeDoor {
  name: string;
  region: string;
  open: boolean;
  guard: { awake: boolean } | null;
  tags?: Readonly<Record<string, string>>;
}

/** Needs one facet and may need another that waits for it. */
export const unguarded: Check = defineCheck({
  id: "house/unguarded",
  title: "Open, and nobody there",
  risk: "Anyone can walk in unseen.",
  severity: "high",
  resource: door,
  needs: ["open"],
  mayNeed: ["guard"],
  messages: { unguarded: "{name} stands open, and nobody guards it." },
  remediation: { steps: ["Shut {name}."], docs: "https://docs.aws.amazon.com/" },
  evaluate: ({ open, guard }, { pass, fail }) => (open && guard.state === "absent" ? fail("unguarded") : pass()),
});

/** Takes a parameter: a door that is called so may stand open. */
export const unlessCalled: Check = defineCheck({
  id: "house/unless-called",
  title: "Stands open under another name",
  risk: "Anyone can walk in.",
  severity: "medium",
  resource: door,
  needs: ["open"],
  params: z.object({ name: z.string() }),
  messages: { open: "{name} stands open." },
  remediation: { steps: ["Shut {name}."], docs: "https://docs.aws.amazon.com/" },
  evaluate: ({ open, name }, { params, pass, fail }) => (open && name !== params.name ? fail("open") : pass()),
});

interface HouseOptions {
  readonly reach?: "global" | "regional";
  /** Whether a listing brings along which doors are open. */
  readonly primes?: boolean;
  /** Whether it brings their tags where these are wanted. */
  readonly primesTags?: boolean;
}

/** A house that can be asked, and whose answers can be spoilt: the port of the engine, with a ledger. */
export class House implements Collector {
  readonly kind: ResourceKind<Door> = door;
  readonly reach: "global" | "regional";
  readonly doors: FakeDoor[];
  readonly reads: string[] = [];
  readonly primes: boolean;
  readonly primesTags: boolean;
  /** Regions whose listing fails after this many doors. */
  readonly brokenListings: Map<string, { after: number; reason: UnknownReason }> = new Map();
  /** `facet name`: what reading it answers instead. */
  readonly spoilt: Map<string, UnknownReason | "gone" | "throws"> = new Map();
  time: Instant = "2026-01-01T00:00:00.000Z";

  constructor(doors: FakeDoor[], { reach = "regional", primes = true, primesTags = false }: HouseOptions = {}) {
    this.doors = doors;
    this.reach = reach;
    this.primes = primes;
    this.primesTags = primesTags;
  }

  readonly now = (): Instant => (this.time = plus(this.time, 1));

  async *list({ region }: Target, wanted: ReadonlySet<string>): AsyncIterable<Listed> {
    this.reads.push(`list ${region}`);
    const broken = this.brokenListings.get(region);
    const shown = this.doors.filter((it) => this.reach === "global" || it.region === region);
    for (const it of shown.slice(0, broken?.after)) {
      const open = this.primes && { open: this.#known(it.open) };
      const tags = this.primesTags && wanted.has("tags") && { tags: this.#known(it.tags ?? {}) };
      yield { ref: refOf(it), facets: { ...open, ...tags } };
    }
    if (broken) throw new ListingFailure({ reason: broken.reason, missing: ["house:ListDoors"], detail: "the house did not answer" });
  }

  read(ref: ResourceRef, facet: string): Promise<Answer> {
    this.reads.push(`${facet} ${ref.name}`);
    const spoilt = this.spoilt.get(`${facet} ${ref.name}`);
    if (spoilt === "throws") throw new Error("the collector broke");
    const it = this.doors.find(({ name }) => name === ref.name);
    if (spoilt === "gone" || !it) return Promise.resolve({ state: "gone", asOf: this.now() });
    const [read] = this.kind.facets[facet]?.read ?? [];
    if (spoilt) return Promise.resolve(unreadable(spoilt, this.now(), read && { call: read }));
    const value = { open: it.open, guard: it.guard, tags: it.tags ?? {} }[facet] ?? null;
    return Promise.resolve(value === null ? { state: "absent", asOf: this.now() } : this.#known(value));
  }

  #known(value: unknown): Extract<Observed, { state: "known" }> {
    return { state: "known", value, asOf: this.now() };
  }
}

export function refOf({ name, region }: FakeDoor): ResourceRef {
  return { type: door.type, arn: `arn:aws:house:${region}:111122223333:door/${name}`, name, accountId: "111122223333", region };
}

/** A check as a configuration without a word about it leaves it. */
export function set(check: Check, more: Partial<ResolvedCheck> = {}): ResolvedCheck {
  return { check, enabled: true, severity: check.severity, params: undefined, variants: [], ...more };
}

export const enabled: readonly ResolvedCheck[] = [doorOpen, guardAsleep].map((check) => set(check));
export const ACCOUNT: { readonly accountId: string; readonly partition: string; readonly regions: readonly string[] } = {
  accountId: "111122223333",
  partition: "aws",
  regions: ["eu-west-1", "us-east-1"],
};
