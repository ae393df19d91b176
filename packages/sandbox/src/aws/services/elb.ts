import { createHash } from "node:crypto";
import type { Regional } from "../regional-world.ts";
import { numberIn, type Shape, shapesIn, textIn, textsIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf, without } from "./regional.ts";

const PAGE = { size: "PageSize", token: "Marker", most: 400 };

export const elbv2: Readonly<Record<string, Handler>> = {
  DescribeLoadBalancers(input, context) {
    const arns = textsIn(input, "LoadBalancerArns");
    const found = regional(context, "loadBalancers").filter((it) => !arns || arns.includes(loadBalancerArn(it, context.account.id)));
    if (arns && found.length < arns.length) throw new AwsError(400, "LoadBalancerNotFound", "One or more load balancers not found");
    const { items, next } = paged(
      found.map((it) => balancerOf(it, context)),
      input,
      PAGE,
    );
    return { LoadBalancers: items, NextMarker: next };
  },
  DescribeListeners(input, context) {
    const [balancer, arns] = [textIn(input, "LoadBalancerArn"), textsIn(input, "ListenerArns")];
    const balancers = regional(context, "loadBalancers");
    if (balancer !== undefined && !balancers.some((it) => loadBalancerArn(it, context.account.id) === balancer))
      throw new AwsError(400, "LoadBalancerNotFound", `One or more load balancers not found: ${balancer}`);
    const found = balancers
      .filter((it) => (balancer ?? loadBalancerArn(it, context.account.id)) === loadBalancerArn(it, context.account.id))
      .flatMap((it) => listenersIn(it, context.account.id))
      .filter((it) => !arns || arns.includes(nameIn(it, "ListenerArn")));
    if (arns && found.length < arns.length) throw new AwsError(400, "ListenerNotFound", "One or more listeners not found");
    const { items, next } = paged(
      found.map((it) => without(it, "Rules")),
      input,
      PAGE,
    );
    return { Listeners: items, NextMarker: next };
  },
  DescribeRules(input, context) {
    const arn = textIn(input, "ListenerArn");
    const found = regional(context, "loadBalancers")
      .flatMap((it) => listenersIn(it, context.account.id))
      .find((it) => it["ListenerArn"] === arn);
    if (!found) throw new AwsError(400, "ListenerNotFound", `One or more listeners not found: ${arn ?? ""}`);
    const { items, next } = paged(rulesOf(found), input, PAGE);
    return { Rules: items, NextMarker: next };
  },
};

export const classicElb: Readonly<Record<string, Handler>> = {
  DescribeLoadBalancers(input, context) {
    const names = textsIn(input, "LoadBalancerNames");
    const found = regional(context, "classicLoadBalancers").filter((it) => !names || names.includes(nameIn(it, "LoadBalancerName")));
    if (names && found.length < names.length)
      throw new AwsError(400, "LoadBalancerNotFound", `There is no ACTIVE Load Balancer named '${names.join()}'`);
    const { items, next } = paged(found.map(shapeOf), input, PAGE);
    return { LoadBalancerDescriptions: items, NextMarker: next };
  },
};

const KINDS: Readonly<Record<string, string>> = { application: "app", network: "net", gateway: "gwy" };

/** The same ids each time. */
function idOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("/")).digest("hex").slice(0, 16);
}
function typeOf(it: Regional): string {
  return textIn(it, "Type") ?? "application";
}
export function loadBalancerArn(it: Regional, accountId: string): string {
  const name = nameIn(it, "LoadBalancerName");
  return `arn:aws:elasticloadbalancing:${it.Region}:${accountId}:loadbalancer/${KINDS[typeOf(it)] ?? "app"}/${name}/${idOf(accountId, it.Region, name)}`;
}
function balancerOf(it: Regional, context: Context): Shape {
  const defaults = { Type: typeOf(it), Scheme: "internet-facing", IpAddressType: "ipv4", State: { Code: "active" } };
  return { LoadBalancerArn: loadBalancerArn(it, context.account.id), ...defaults, ...without(it, "Region", "Listeners") };
}

export function listenersIn(it: Regional, accountId: string): Shape[] {
  const LoadBalancerArn = loadBalancerArn(it, accountId);
  return (shapesIn(it, "Listeners") ?? []).map((listener) => ({
    LoadBalancerArn,
    ListenerArn: `${LoadBalancerArn.replace(":loadbalancer/", ":listener/")}/${idOf(LoadBalancerArn, String(numberIn(listener, "Port")))}`,
    ...listener,
  }));
}

/** What a listener does by default is the last of its rules. */
function rulesOf(listener: Shape): Shape[] {
  const base = nameIn(listener, "ListenerArn").replace(":listener/", ":listener-rule/");
  const own = (shapesIn(listener, "Rules") ?? []).map((rule) => ({
    RuleArn: `${base}/${idOf(base, nameIn(rule, "Priority"))}`,
    IsDefault: false,
    ...rule,
  }));
  const byDefault = {
    RuleArn: `${base}/${idOf(base, "default")}`,
    Priority: "default",
    IsDefault: true,
    Conditions: [],
    Actions: listener["DefaultActions"],
  };
  return [...own, byDefault];
}
