import {
  type CloudEvent,
  type Conditional,
  defineResource,
  parseArn,
  type ResourceKind,
  type ResourceRef,
  type Selector,
} from "@posture/core";
import { z } from "zod";
import { callsTo, distinct, eventsFrom, Maybe, selectorOf, Text } from "../declaring.ts";

export interface ListenerFront {
  /** HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, QUIC, GENEVE. */
  readonly protocol: string;
  /** `null`: a listener without a port, of a Gateway Load Balancer. */
  readonly port: number | null;
}

/** The load balancer that the listener belongs to. */
export interface LoadBalancer {
  /** application, network, gateway. */
  readonly type: string;
  /** internet-facing, internal; `null`: not said. */
  readonly scheme: string | null;
  /** Does it answer by IPv6 too? */
  readonly isDualStack: boolean;
}

/** One action of a rule. */
export interface RuleAction {
  /** forward, redirect, fixed-response, authenticate-oidc and others. */
  readonly type: string;
  /** The last one is what happens; `null`: it is the only one. */
  readonly order: number | null;
  /** Of a redirect: HTTP, HTTPS or `#{protocol}`; `null`: not said, which leaves it as it was. */
  readonly redirectProtocol: string | null;
  /** Of a fixed response: 200, 404. */
  readonly statusCode: string | null;
}
export interface RuleCondition {
  /** path-pattern, host-header, source-ip and others. */
  readonly field: string;
  readonly values: readonly string[];
}
/** One rule, as the load balancer tries them: ascending by priority, the default last. */
export interface ListenerRule {
  readonly arn: string;
  /** `null`: the default. */
  readonly priority: number | null;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
}

/** The facets of a listener. */
export interface Listener {
  front: ListenerFront;
  /** Only what answers HTTP is asked for more. */
  loadBalancer: Conditional<LoadBalancer>;
  rules: Conditional<readonly ListenerRule[]>;
}

const TYPE = "AWS::ElasticLoadBalancingV2::Listener";
const events = eventsFrom("elasticloadbalancing");
const elb = callsTo("elasticloadbalancingv2", "elasticloadbalancing");
const DESCRIBE_BALANCERS = elb("DescribeLoadBalancers");
const DESCRIBE_LISTENERS = elb("DescribeListeners");
/** Both generations of load balancers write events under one source; the version of the API tells them apart. */
const API_VERSION = "2015-12-01";

const Action: z.ZodType<RuleAction> = z.object({
  type: z.string().min(1),
  order: z.int().nullable(),
  redirectProtocol: Maybe,
  statusCode: Maybe,
});
const Rule: z.ZodType<ListenerRule> = z.object({
  arn: z.string().min(1),
  priority: z.int().nullable(),
  conditions: z.array(z.object({ field: z.string().min(1), values: z.array(z.string()) })),
  actions: z.array(Action).min(1),
});

/**
 * A listener of an Application Load Balancer. Those of Network and Gateway Load Balancers speak no HTTP, and are not listed.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Listener.html
 */
export const listener: ResourceKind<Listener> = defineResource({
  type: TYPE,
  lists: [DESCRIBE_BALANCERS, DESCRIBE_LISTENERS],
  finds: { loadBalancerArn: { calls: [DESCRIBE_LISTENERS], andFailing: ({ arn }, balancer) => loadBalancerArnOf(arn) === balancer } },
  lifecycle: events("CreateListener", "DeleteListener", "CreateLoadBalancer", "DeleteLoadBalancer"),
  console: ({ arn, region }) => `ec2/home?region=${region}#ELBListenerV2:listenerArn=${arn}`,
  facets: {
    front: {
      schema: z.object({ protocol: z.string().min(1), port: z.int().nullable() }),
      prime: [DESCRIBE_LISTENERS],
      read: [DESCRIBE_LISTENERS],
      changedBy: events("ModifyListener"),
    },
    loadBalancer: {
      schema: z.object({ type: z.string().min(1), scheme: Maybe, isDualStack: z.boolean() }),
      prime: [DESCRIBE_BALANCERS],
      read: [DESCRIBE_BALANCERS],
      // A network of both families can come with the subnets.
      changedBy: events("SetIpAddressType", "SetSubnets"),
      after: ["front"],
      moot: (_, { front }) => (front && front.protocol !== "HTTP" ? "the listener does not speak plain HTTP" : null),
    },
    rules: {
      schema: z.array(Rule).min(1),
      read: [elb("DescribeRules")],
      changedBy: events("ModifyListener", "CreateRule", "ModifyRule", "DeleteRule", "SetRulePriorities"),
      after: ["front"],
      moot: (_, { front }) => (front && front.protocol !== "HTTP" ? "the listener does not speak plain HTTP" : null),
    },
  },
  locate,
});

/**
 * `arn:…:listener/app/{load balancer}/{id}/{id}`; its name is `{load balancer}/{id}`, after its last part. `null`: no listener's ARN.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function listenerRef(arn: string, accountId: string): ResourceRef | null {
  const parsed = parseArn(arn);
  const [, balancer, id] = /^listener\/\w+\/([^/]+)\/[^/]+\/([^/]+)$/.exec(parsed?.resource ?? "") ?? [];
  if (!parsed || balancer === undefined || id === undefined) return null;
  return { type: TYPE, arn, name: `${balancer}/${id}`, accountId, region: parsed.region };
}

/** The ARN of the load balancer, which the ARN of its listener holds. */
export function loadBalancerArnOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[^/]+$/, "");
}

/** A rule's ARN is its listener's, and one more part. */
function listenerOfRule(ruleArn: string): string {
  return ruleArn.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "");
}

const Detail = z.object({
  apiVersion: z.literal(API_VERSION),
  requestParameters: z
    .object({
      listenerArn: Text,
      loadBalancerArn: Text,
      ruleArn: Text,
      rulePriorities: z.array(z.object({ ruleArn: Text })).nullish(),
    })
    .nullish(),
  responseElements: z
    .object({
      listeners: z.array(z.object({ listenerArn: Text })).nullish(),
      loadBalancers: z.array(z.object({ loadBalancerArn: Text })).nullish(),
    })
    .nullish(),
});

/** Listeners that an event names, by themselves or by a rule; where it names a load balancer only, a selector by `loadBalancerArn`. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const rules = [asked?.ruleArn, ...(asked?.rulePriorities?.map(({ ruleArn }) => ruleArn) ?? [])].flatMap((arn) => arn ?? []);
  const made = answered?.listeners?.map(({ listenerArn }) => listenerArn);
  const named = [asked?.listenerArn, ...(made ?? []), ...rules.map(listenerOfRule)].flatMap((arn) => arn ?? []);
  if (named.length > 0) return distinct(named.flatMap((arn) => listenerRef(arn, event.accountId) ?? []));
  const balancers = [asked?.loadBalancerArn, ...(answered?.loadBalancers?.map(({ loadBalancerArn }) => loadBalancerArn) ?? [])];
  return balancers.flatMap((arn) => (arn ? [selectorOf(TYPE, "loadBalancerArn", arn, event)] : []));
}
