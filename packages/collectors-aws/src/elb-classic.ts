import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { type ClassicListener, type ClassicLoadBalancer, classicLoadBalancer, classicLoadBalancerRef } from "@posture/resources-aws/elb";
import { itemsOf } from "./pages.ts";

const DESCRIBE = callOf(classicLoadBalancer, "elasticloadbalancing:DescribeLoadBalancers");
const PAGE = 400;

/** Classic Load Balancers, by region. */
export const classicLoadBalancers: CollectorDefinition<AwsHost> = defineCollector<ClassicLoadBalancer>({
  kind: classicLoadBalancer,
  reach: "regional",
  gone: ["LoadBalancerNotFound", "AccessPointNotFoundException", "AccessPointNotFound"],
  async *list({ aws, target, prime }) {
    const { ElasticLoadBalancingClient, DescribeLoadBalancersCommand } = await import("./sdk/elb.ts");
    const found = itemsOf(DESCRIBE, async (Marker) => {
      const command = new DescribeLoadBalancersCommand({ PageSize: PAGE, ...(Marker && { Marker }) });
      const { output, asOf } = await aws.send(ElasticLoadBalancingClient, command, { region: target.region, call: DESCRIBE });
      const items = present(output.LoadBalancerDescriptions, "LoadBalancerDescriptions", DESCRIBE).map((it) => ({ it, asOf }));
      return { items, next: output.NextMarker };
    });
    for await (const { it, asOf } of found)
      yield {
        ref: classicLoadBalancerRef(present(it.LoadBalancerName, "LoadBalancerName", DESCRIBE), target),
        facets: { ...prime("listeners", () => listenersOf(it), asOf), ...prime("use", () => ({ scheme: it.Scheme || null }), asOf) },
      };
  },
  facets: {
    listeners: { read: async ({ aws, ref }) => listenersOf(await describe(aws, ref)) },
    use: { read: async ({ aws, ref }) => ({ scheme: (await describe(aws, ref)).Scheme || null }) },
  },
});

async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<LoadBalancerDescription> {
  const { ElasticLoadBalancingClient, DescribeLoadBalancersCommand } = await import("./sdk/elb.ts");
  const command = new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  const { output } = await aws.send(ElasticLoadBalancingClient, command, { region, call: DESCRIBE, shared: true });
  const [found, ...others] = present(output.LoadBalancerDescriptions, "LoadBalancerDescriptions", DESCRIBE);
  if (found?.LoadBalancerName !== name || others.length > 0) throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return found;
}

function listenersOf({ ListenerDescriptions }: LoadBalancerDescription): ClassicListener[] {
  return present(ListenerDescriptions, "ListenerDescriptions", DESCRIBE).map(({ Listener }) => ({
    protocol: present(Listener?.Protocol, "Protocol", DESCRIBE),
    port: present(Listener?.LoadBalancerPort, "LoadBalancerPort", DESCRIBE),
  }));
}
