import { type Check, defineCheck } from "@posture/core";
import { securityGroup } from "@posture/resources-aws/ec2";
import { exposures, joinPorts, type PortRange, type Transport } from "@posture/resources-aws/exposure";
import { ALL_PORTS, CLOSE_ALL_PORTS } from "./metadata.ts";
import { allPortsParams } from "./params.ts";
import { ALL_PORTS_ID } from "./ports-open.ts";
import type { Opening } from "./culprits.ts";
import { grouped, shown } from "./sentences.ts";
import { outOfScope, type View, viewOf } from "./view.ts";

const TRANSPORTS: readonly Transport[] = ["tcp", "udp"];
/** 1 to 65535: nothing can listen on port 0. */
const ADDRESSABLE = 65_535;

interface Side {
  readonly transport: Transport;
  readonly openings: readonly Opening[];
  readonly ports: readonly PortRange[];
}

export const allPortsOpen: Check = defineCheck({
  id: ALL_PORTS_ID,
  title: "All ports open to the internet",
  risk: "Everything that listens behind this group, now or later, can be attacked from anywhere.",
  severity: "critical",
  categories: ["network"],
  resource: securityGroup,
  needs: ["rules", "group"],
  mayNeed: ["prefixLists"],
  params: allPortsParams,
  ask: (params) => ({ prefixLists: { except: params.trustedPrefixListIds } }),
  messages: {
    whole: "Security group {group} lets the whole internet reach {reach}: {through}.",
    broad: "Security group {group} lets {addresses} reach {reach}: {through}.",
  },
  frameworks: ALL_PORTS,
  remediation: CLOSE_ALL_PORTS,
  evaluate(resource, { params, pass, fail, notApplicable, unknown }) {
    const reason = outOfScope(resource, params);
    if (reason !== null) return notApplicable(reason);
    const view = viewOf(resource, params);
    const sides = TRANSPORTS.map((transport) => sideOf(view, transport));
    const isAll = (ports: readonly PortRange[]): boolean => countOf(ports) >= params.minExposedPorts;

    const open = sides.filter((side) => isAll(side.ports));
    if (open.length > 0) {
      const evidence = shown(
        view,
        open.flatMap((side) => side.openings),
      );
      const openness = open.some((side) => isAll(wholly(side))) ? "whole" : "broad";
      return fail(openness, { evidence: { ...evidence, reach: reachOf(open, evidence.rules), openness } });
    }
    // What is not known could only add ports; where even all of them would not be enough, the rules pass.
    for (const { transport, ports } of sides) {
      const gaps = view.grants.filter((grant) => grant.transport === transport && grant.incomplete);
      const gap = gaps[0]?.incomplete;
      if (gap && isAll(joinPorts([...ports, ...gaps.map((grant) => grant.ports)]))) return unknown(gap.reason, gap.facet);
    }
    return pass(view.trusted.length > 0 ? { evidence: { trustedPrefixLists: view.trusted } } : {});
  },
});

function sideOf({ grants, internet }: View, transport: Transport): Side {
  const found = exposures(grants, transport, internet);
  return { transport, openings: found.map((exposure) => ({ transport, exposure })), ports: joinPorts(found.map(({ ports }) => ports)) };
}

function wholly({ openings }: Side): PortRange[] {
  return joinPorts(
    openings.filter(({ exposure: { v4, v6 } }) => v4.openness === "whole" || v6.openness === "whole").map(({ exposure }) => exposure.ports),
  );
}

function countOf(ports: readonly PortRange[]): number {
  return ports.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, 1) + 1), 0);
}

/** "all traffic (-1)", "all TCP ports", "65,000 UDP ports". */
function reachOf(open: readonly Side[], rules: readonly string[]): string {
  if (rules.some((rule) => rule.startsWith("all traffic ")) && open.length === TRANSPORTS.length) return "all traffic (-1)";
  return open
    .map(({ transport, ports }) => `${countOf(ports) === ADDRESSABLE ? "all" : grouped(countOf(ports))} ${transport.toUpperCase()} ports`)
    .join(" and ");
}
