import { type AddressSet, union } from "./address-set.ts";
import { classify, type Family, isExposed, type Reach } from "./internet.ts";

export type Transport = "tcp" | "udp";
/** Inclusive at both ends. */
export type PortRange = readonly [from: number, to: number];
export const PORTS = 65_536;

/** What one rule lets in over one transport. */
export interface Admission {
  readonly transport: Transport;
  readonly ports: PortRange;
  readonly v4: AddressSet;
  readonly v6: AddressSet;
}

/** The internet, in both families. */
export interface Internet {
  readonly v4: Family;
  readonly v6: Family;
}

/** Neighbouring ports that the same rules open. */
export interface Exposure {
  readonly ports: PortRange;
  readonly v4: Reach;
  readonly v6: Reach;
}

/**
 * The ports that the internet reaches over one transport, in order; sources of all rules count together, family by family.
 * Between two of the rules' borders nothing changes, so one port stands for all of them. Adding a rule never takes a port away.
 */
export function exposures(admissions: readonly Admission[], transport: Transport, internet: Internet, ports: number = PORTS): Exposure[] {
  const relevant = admissions.filter((admission) => admission.transport === transport);
  const borders = [...new Set([0, ports, ...relevant.flatMap(({ ports: [from, to] }) => [from, to + 1])])].toSorted((a, b) => a - b);
  const found: Exposure[] = [];
  for (const [index, from] of borders.entries()) {
    const end = borders[index + 1];
    if (end === undefined) break;
    const open = exposureAt(relevant, [from, end - 1], internet);
    if (open) found.push(open);
  }
  return found;
}

/** The exposed ports as ranges that do not touch. */
export function portsOf(found: readonly Exposure[]): PortRange[] {
  return joinPorts(found.map(({ ports }) => ports));
}

/** Sorted ranges that do not touch, with the same ports. */
export function joinPorts(ranges: readonly PortRange[]): PortRange[] {
  const joined: PortRange[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  return joined;
}

export function holds([from, to]: PortRange, port: number): boolean {
  return from <= port && port <= to;
}

function exposureAt(admissions: readonly Admission[], ports: PortRange, internet: Internet): Exposure | null {
  const open = admissions.filter((admission) => holds(admission.ports, ports[0]));
  if (open.length === 0) return null;
  const v4 = classify(union(internet.v4.internet.width, ...open.map((admission) => admission.v4)), internet.v4);
  const v6 = classify(union(internet.v6.internet.width, ...open.map((admission) => admission.v6)), internet.v6);
  return isExposed(v4) || isExposed(v6) ? { ports, v4, v6 } : null;
}
