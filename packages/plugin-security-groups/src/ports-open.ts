import { type Check, type CheckId, defineCheck, type Severity } from "@posture/core";
import { securityGroup } from "@posture/resources-aws/ec2";
import { exposures, type Grant, holds, type Transport } from "@posture/resources-aws/exposure";
import { type PortDefaults, type PortParams, portParams } from "./params.ts";
import type { Opening } from "./culprits.ts";
import { shown } from "./sentences.ts";
import { outOfScope, type View, viewOf } from "./view.ts";

export const ALL_PORTS_ID: CheckId = "security-group/all-ports-open-to-internet";

interface Subject extends PortDefaults {
  readonly id: CheckId;
  readonly title: string;
  readonly severity: Severity;
  /** What answers on the ports. */
  readonly service: string;
  readonly risk: string;
  readonly remediation: Check["remediation"];
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
      const open = openDoors(view, doors);
      if (open.length > 0) {
        const byRulesOfItsOwn = openDoors({ ...view, grants: view.grants.filter((grant) => !grant.fullSpan) }, doors);
        const evidence = { service, reach: open.map(doorText).join(", "), ports: portsIn(open), ...shown(view, open) };
        return fail(evidence.openness, { evidence, covered: byRulesOfItsOwn.length === 0 });
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

/** The exposure of each door that is exposed, one port each. */
function openDoors({ grants, internet }: View, doors: readonly Door[]): Opening[] {
  return doors.flatMap(({ transport, port }) => {
    // Only rules that hold the port have a say in it, so it alone need be swept.
    const here = grants.filter((grant) => admits(grant, { transport, port })).map((grant): Grant => ({ ...grant, ports: [port, port] }));
    return exposures(here, transport, internet).map((exposure) => ({ transport, exposure }));
  });
}

function admits(grant: Grant, { transport, port }: Door): boolean {
  return grant.transport === transport && holds(grant.ports, port);
}

function doorText({ transport, exposure }: Opening): string {
  return `${transport} ${String(exposure.ports[0])}`;
}

function portsIn(open: readonly Opening[]): number[] {
  return [...new Set(open.map(({ exposure }) => exposure.ports[0]))].toSorted((a, b) => a - b);
}
