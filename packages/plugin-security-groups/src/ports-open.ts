import { type Check, type CheckId, defineCheck, type Severity } from "@posture/core";
import { securityGroup } from "@posture/resources-aws/ec2";
import { exposures, type Grant, holds, type Internet, type Transport } from "@posture/resources-aws/exposure";
import { type PortDefaults, type PortParams, portParams } from "./params.ts";
import type { Opening } from "./culprits.ts";
import { shown } from "./sentences.ts";
import { outOfScope, viewOf } from "./view.ts";

export const ALL_PORTS_ID: CheckId = "security-group/all-ports-open-to-internet";

interface Subject extends PortDefaults {
  readonly id: CheckId;
  readonly title: string;
  readonly severity: Severity;
  /** What answers on the ports. */
  readonly service: string;
  readonly risk: string;
  readonly remediation: { readonly steps: readonly string[]; readonly docs: string };
  readonly frameworks?: Readonly<Record<string, readonly string[]>>;
}

interface Door {
  readonly transport: Transport;
  readonly port: number;
}

/** A check on ports that the internet should not reach. It is about the rules: what the group is attached to does not alter it. */
export function portsOpenToInternet({ service, transports, ports, udpPorts, ...facts }: Subject): Check {
  return defineCheck({
    ...facts,
    categories: ["network"],
    resource: securityGroup,
    needs: ["rules", "group"],
    mayNeed: ["prefixLists"],
    coveredBy: ALL_PORTS_ID,
    params: portParams({ transports, ports, ...(udpPorts && { udpPorts }) }),
    ask: (params) => ({ prefixLists: { except: params.trustedPrefixListIds } }),
    messages: {
      whole: "Security group {group} lets the whole internet reach {service} on {reach}: {through}.",
      broad: "Security group {group} lets {addresses} reach {service} on {reach}: {through}.",
    },
    evaluate(resource, { params, pass, fail, notApplicable, unknown }) {
      const reason = outOfScope(resource, params);
      if (reason !== null) return notApplicable(reason);
      const view = viewOf(resource, params);
      const doors = doorsOf(params);
      const open = openDoors(view.grants, doors, view.internet);
      if (open.length > 0) {
        const { openness, ...evidence } = shown(view, open.map(({ opening }) => opening));
        const reach = open.map(({ door }) => `${door.transport} ${String(door.port)}`).join(", ");
        const covered = openDoors(view.grants.filter((grant) => !grant.fullSpan), doors, view.internet).length === 0;
        const found = [...new Set(open.map(({ door }) => door.port))].sort((a, b) => a - b);
        return fail(openness, { evidence: { service, reach, ports: found, openness, ...evidence }, covered });
      }
      // Another grant can only open more doors, so a fail stands on part of the rules and a pass needs them all.
      const gap = view.grants.find((grant) => grant.incomplete && doors.some((door) => admits(grant, door)))?.incomplete;
      if (gap) return unknown(gap.reason, gap.facet);
      return pass(view.trusted.length > 0 ? { evidence: { trustedPrefixLists: view.trusted } } : {});
    },
  });
}

function doorsOf({ transports, ports, udpPorts }: PortParams): Door[] {
  return transports.flatMap((transport) => (transport === "udp" ? (udpPorts ?? ports) : ports).map((port) => ({ transport, port })));
}

function openDoors(grants: readonly Grant[], doors: readonly Door[], internet: Internet): { readonly door: Door; readonly opening: Opening }[] {
  return doors.flatMap((door) => {
    // The algebra over one port instead of all of them: rules that do not hold it have no say in it.
    const here = grants.filter((grant) => admits(grant, door)).map((grant): Grant => ({ ...grant, ports: [door.port, door.port] }));
    return exposures(here, door.transport, internet).map((exposure) => ({ door, opening: { transport: door.transport, exposure } }));
  });
}

function admits(grant: Grant, { transport, port }: Door): boolean {
  return grant.transport === transport && holds(grant.ports, port);
}
