import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { type ServiceName, SERVICES } from "./wire/operations.ts";
import { sentenceOf } from "./world.ts";

const SLOW = 1000;

export const FAULT_KINDS = ["denied", "throttled", "empty", "html", "hang", "reset", "error500", "slow"] as const;

const OPERATION = new RegExp(`^(${SERVICES.join("|")}|\\*):(\\w+|\\*)$`);
const fault = z.strictObject({
  operation: z.string().regex(OPERATION, 'an operation is named "service:Operation", and either may be *'),
  kind: z.enum(FAULT_KINDS),
  times: z.int().positive().optional(),
  resource: z.string().optional(),
  region: z.string().optional(),
  delayMs: z.int().nonnegative().optional(),
});

/** What goes wrong: with which calls (`"s3:GetBucketAcl"`, `"ec2:*"`), how, and how often (left out: until it is cleared). */
export interface Fault {
  readonly operation: string;
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly times?: number | undefined;
  /** Only calls about this bucket, or with this id in their input. */
  readonly resource?: string | undefined;
  readonly region?: string | undefined;
  /** Of `slow`: how long the answer takes, in milliseconds, if the fault is not cleared before; left out: 1000. */
  readonly delayMs?: number | undefined;
}

/** @throws {Error} which says what is wrong with it */
export function parseFault(json: unknown): Fault {
  const parsed = fault.safeParse(json);
  if (!parsed.success) throw new Error(`this is no fault: ${sentenceOf(parsed.error)}`);
  return parsed.data;
}

export interface Subject {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  /** A name, or several ids with commas between them. */
  readonly resource: string | undefined;
}

/** The faults that are set, each with how often it will still happen. */
export class Faults {
  #set: { readonly fault: Fault; left: number }[] = [];
  #clearing = new AbortController();

  add(given: Fault): void {
    const checked = parseFault(given);
    this.#set.push({ fault: checked, left: checked.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#set = [];
    this.#clearing.abort();
    this.#clearing = new AbortController();
  }

  /** Waits as long as a slow answer takes, and no longer than until the faults are cleared. */
  async slowness(met: Fault): Promise<void> {
    if (!this.#set.some(({ fault: it }) => it === met)) return;
    await pause(met.delayMs ?? SLOW, undefined, { signal: this.#clearing.signal }).catch(() => undefined);
  }

  /** The fault that this call meets, which is then used up by one. */
  meet(subject: Subject): Fault | undefined {
    const met = this.#set.find(({ fault: it, left }) => left > 0 && matches(it, subject));
    if (met) met.left -= 1;
    return met?.fault;
  }
}

function matches(it: Fault, { service, operation, region, resource }: Subject): boolean {
  const [wantedService, wantedOperation] = it.operation.split(":");
  return (
    (wantedService === "*" || wantedService === service) &&
    (wantedOperation === "*" || wantedOperation === operation) &&
    (it.region === undefined || it.region === region) &&
    (it.resource === undefined || (resource?.split(",").includes(it.resource) ?? false))
  );
}
