import type {
  Action,
  Listener as Description,
  LoadBalancer as Balancer,
  Rule,
  RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsFault, type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, Instant, ResourceRef } from "@posture/core";
import {
  type Listener,
  listener,
  type ListenerFront,
  listenerRef,
  type ListenerRule,
  type LoadBalancer,
  loadBalancerArnOf,
  type RuleAction,
  type RuleCondition as Condition,
} from "@posture/resources-aws/elb";
import { gathered, itemsOf } from "./pages.ts";

const BALANCERS = callOf(listener, "elasticloadbalancingv2:DescribeLoadBalancers");
const LISTENERS = callOf(listener, "elasticloadbalancingv2:DescribeListeners");
const RULES = callOf(listener, "elasticloadbalancingv2:DescribeRules");
const PAGE = 400;

interface Found {
  readonly it: Description;
  readonly balancer: Balancer;
  readonly balancerAsOf: Instant;
  readonly asOf: Instant;
}

/** Listeners of Application Load Balancers, by region. */
export const listeners: CollectorDefinition<AwsHost> = defineCollector<Listener>({
  kind: listener,
  reach: "regional",
  gone: ["ListenerNotFound", "ListenerNotFoundException", "LoadBalancerNotFound", "LoadBalancerNotFoundException"],
  async *list({ aws, target, prime }) {
    const { ElasticLoadBalancingV2Client, DescribeLoadBalancersCommand } = await import("./sdk/elbv2.ts");
    const pages = itemsOf(BALANCERS, async (Marker) => {
      const command = new DescribeLoadBalancersCommand({ PageSize: PAGE, ...(Marker && { Marker }) });
      const { output, asOf } = await aws.send(ElasticLoadBalancingV2Client, command, { region: target.region, call: BALANCERS });
      const all = present(output.LoadBalancers, "LoadBalancers", BALANCERS);
      const found = await Promise.all(all.filter(speaksHttp).map((balancer) => listenersOf(aws, target.region, balancer, asOf)));
      return { items: found.flat(), next: output.NextMarker };
    });
    let unlisted: AwsFault | undefined;
    for await (const found of pages) {
      if (found instanceof AwsFault) {
        unlisted ??= found;
        continue;
      }
      const { it, balancer, balancerAsOf, asOf } = found;
      yield {
        ref: refOf(present(it.ListenerArn, "ListenerArn", LISTENERS), target.accountId),
        facets: {
          ...prime("front", () => frontOf(it), asOf),
          ...prime("loadBalancer", () => balancerOf(balancer), balancerAsOf),
        },
      };
    }
    // The listeners of the others are listed all the same.
    if (unlisted) throw unlisted;
  },
  finds: {
    async loadBalancerArn({ aws, sought: { value: LoadBalancerArn, region, accountId } }) {
      const found = await listenersOf(aws, region, { LoadBalancerArn }, new Date().toISOString());
      return found.map((it) => {
        if (it instanceof AwsFault) throw it;
        return refOf(present(it.it.ListenerArn, "ListenerArn", LISTENERS), accountId);
      });
    },
  },
  facets: {
    front: {
      async read({ aws, ref }) {
        const { ElasticLoadBalancingV2Client, DescribeListenersCommand } = await import("./sdk/elbv2.ts");
        const command = new DescribeListenersCommand({ ListenerArns: [ref.arn] });
        const { output } = await aws.send(ElasticLoadBalancingV2Client, command, { region: ref.region, call: LISTENERS });
        const [found, ...others] = present(output.Listeners, "Listeners", LISTENERS);
        if (found?.ListenerArn !== ref.arn || others.length > 0) throw malformed(LISTENERS, `the answer is not about ${ref.arn}`);
        return frontOf(found);
      },
    },
    loadBalancer: {
      async read({ aws, ref }) {
        const { ElasticLoadBalancingV2Client, DescribeLoadBalancersCommand } = await import("./sdk/elbv2.ts");
        const LoadBalancerArn = loadBalancerArnOf(ref.arn);
        const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] });
        const { output } = await aws.send(ElasticLoadBalancingV2Client, command, { region: ref.region, call: BALANCERS, shared: true });
        const [found] = present(output.LoadBalancers, "LoadBalancers", BALANCERS);
        if (found?.LoadBalancerArn !== LoadBalancerArn) throw malformed(BALANCERS, `the answer is not about ${LoadBalancerArn}`);
        return balancerOf(found);
      },
    },
    rules: {
      async read({ aws, ref }) {
        const { ElasticLoadBalancingV2Client, DescribeRulesCommand } = await import("./sdk/elbv2.ts");
        const rules = itemsOf(RULES, async (Marker) => {
          const command = new DescribeRulesCommand({ ListenerArn: ref.arn, PageSize: PAGE, ...(Marker && { Marker }) });
          const { output } = await aws.send(ElasticLoadBalancingV2Client, command, { region: ref.region, call: RULES });
          return { items: present(output.Rules, "Rules", RULES), next: output.NextMarker };
        });
        return (await gathered(rules)).map(ruleOf);
      },
    },
  },
});

/** Network and Gateway Load Balancers pass on connections and packets; what is in them they do not know. */
function speaksHttp({ Type }: Balancer): boolean {
  return present(Type, "Type", BALANCERS) === "application";
}

/** A load balancer that went while we listed has none. Another fault is for the end of the listing. */
async function listenersOf(aws: AwsHost, region: string, balancer: Balancer, balancerAsOf: Instant): Promise<(Found | AwsFault)[]> {
  const { ElasticLoadBalancingV2Client, DescribeListenersCommand } = await import("./sdk/elbv2.ts");
  const LoadBalancerArn = present(balancer.LoadBalancerArn, "LoadBalancerArn", BALANCERS);
  const found = itemsOf(LISTENERS, async (Marker) => {
    const command = new DescribeListenersCommand({ LoadBalancerArn, PageSize: PAGE, ...(Marker && { Marker }) });
    const { output, asOf } = await aws.send(ElasticLoadBalancingV2Client, command, { region, call: LISTENERS });
    const items = present(output.Listeners, "Listeners", LISTENERS).map((it) => ({ it, balancer, balancerAsOf, asOf }));
    return { items, next: output.NextMarker };
  });
  try {
    return await gathered(found);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return error.code.startsWith("LoadBalancerNotFound") ? [] : [error];
  }
}

function refOf(arn: string, accountId: string): ResourceRef {
  const ref = listenerRef(arn, accountId);
  if (!ref) throw malformed(LISTENERS, `${arn} is not the ARN of a listener`);
  return ref;
}

function frontOf({ Protocol, Port }: Description): ListenerFront {
  return { protocol: present(Protocol, "Protocol", LISTENERS), port: Port ?? null };
}

function balancerOf({ Type, Scheme, IpAddressType }: Balancer): LoadBalancer {
  return {
    type: present(Type, "Type", BALANCERS),
    scheme: Scheme || null,
    // `dualstack`, and `dualstack-without-public-ipv4`, which no IPv4 address of the internet reaches.
    isDualStack: IpAddressType?.startsWith("dualstack") ?? false,
  };
}

function ruleOf({ RuleArn, Priority, IsDefault, Conditions, Actions }: Rule): ListenerRule {
  return {
    arn: present(RuleArn, "RuleArn", RULES),
    priority: IsDefault || Priority === "default" ? null : priorityOf(present(Priority, "Priority", RULES)),
    // A default rule has none.
    conditions: Conditions === undefined ? [] : Conditions.map(conditionOf),
    actions: present(Actions, "Actions", RULES).map(actionOf),
  };
}

function priorityOf(text: string): number {
  if (!/^\d+$/.test(text)) throw malformed(RULES, `${text} is no priority`);
  return Number(text);
}

/** The values stand in a member of their own for each kind of condition, and for the older ones also beside it. */
function conditionOf({ Field, Values, PathPatternConfig, SourceIpConfig }: RuleCondition): Condition {
  const values = PathPatternConfig?.Values ?? SourceIpConfig?.Values ?? Values;
  return { field: present(Field, "Field", RULES), values: values === undefined ? [] : [...values] };
}

function actionOf({ Type, Order, RedirectConfig, FixedResponseConfig }: Action): RuleAction {
  return {
    type: present(Type, "Type", RULES),
    order: Order ?? null,
    redirectProtocol: RedirectConfig?.Protocol || null,
    statusCode: FixedResponseConfig?.StatusCode || null,
  };
}
