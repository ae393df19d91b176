import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, Maybe, type Place, regionalArn, Text } from "../declaring.ts";

/** One listener of a Classic Load Balancer: it has no ARN of its own. */
export interface ClassicListener {
  /** Of the front end, as AWS sends it: HTTP, HTTPS, TCP, SSL. */
  readonly protocol: string;
  readonly port: number;
}
export interface ClassicUse {
  /** internet-facing, internal; `null`: outside of any VPC. */
  readonly scheme: string | null;
}

/** The facets of a Classic Load Balancer. One answer of DescribeLoadBalancers holds them all. */
export interface ClassicLoadBalancer {
  listeners: readonly ClassicListener[];
  use: ClassicUse;
}

const TYPE = "AWS::ElasticLoadBalancing::LoadBalancer";
const events = eventsFrom("elasticloadbalancing");
const DESCRIBE = callsTo("elasticloadbalancing")("DescribeLoadBalancers");
/** Both generations of load balancers write events under one source; the version of the API tells them apart. */
const API_VERSION = "2012-06-01";

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_LoadBalancerDescription.html */
export const classicLoadBalancer: ResourceKind<ClassicLoadBalancer> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  lifecycle: events("CreateLoadBalancer", "DeleteLoadBalancer"),
  console: ({ name, region }) => `ec2/home?region=${region}#LoadBalancers:search=${name}`,
  facets: {
    listeners: {
      schema: z.array(z.object({ protocol: z.string().min(1), port: z.int() })),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("CreateLoadBalancerListeners", "DeleteLoadBalancerListeners"),
    },
    use: { schema: z.object({ scheme: Maybe }), prime: [DESCRIBE], read: [DESCRIBE], changedBy: [] },
  },
  locate,
});

export function classicLoadBalancerRef(name: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  return { type: TYPE, arn: regionalArn(at, "elasticloadbalancing", `loadbalancer/${name}`), name, accountId, region };
}

const Detail = z.object({ apiVersion: z.literal(API_VERSION), requestParameters: z.object({ loadBalancerName: Text }) });

function locate(event: CloudEvent): readonly ResourceRef[] {
  const name = Detail.safeParse(event.detail).data?.requestParameters.loadBalancerName;
  return name ? [classicLoadBalancerRef(name, event)] : [];
}
