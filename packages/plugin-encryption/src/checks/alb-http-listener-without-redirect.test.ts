import type { ListenerFront, ListenerRule, LoadBalancer, RuleAction, RuleCondition } from "@posture/resources-aws/elb";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, LISTENER } from "../given.fixture.ts";
import { gone, outcome, reading } from "../judging.fixture.ts";
import { albHttpListenerWithoutRedirect as check } from "./alb-http-listener-without-redirect.ts";

const BALANCER: LoadBalancer = { type: "application", scheme: "internet-facing", isDualStack: false };
const front = (protocol: string, port: number | null = 80): { front: ListenerFront } => ({ front: { protocol, port } });
const action = (type: string, more: Partial<RuleAction> = {}): RuleAction => ({
  type,
  order: null,
  redirectProtocol: null,
  statusCode: null,
  ...more,
});
const FORWARD = action("forward");
const TO_HTTPS = action("redirect", { redirectProtocol: "HTTPS" });
const fixed = (statusCode: string): RuleAction => action("fixed-response", { statusCode });
const path = (...values: readonly string[]): RuleCondition => ({ field: "path-pattern", values });
const host = (...values: readonly string[]): RuleCondition => ({ field: "host-header", values });

const rule = (priority: number | null, conditions: readonly RuleCondition[], ...actions: readonly RuleAction[]): ListenerRule => ({
  arn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/0a1/0b2/${priority ?? "default"}`,
  priority,
  conditions,
  actions,
});
/** The default rule, and those before it. */
const rules = (byDefault: RuleAction, ...before: readonly ListenerRule[]): { rules: ListenerRule[] } => ({
  rules: [rule(null, [], byDefault), ...before],
});
const says = (through: string, port = 80): string => `Listener web/0b2 serves plain HTTP on port ${port}: ${through}.`;
const HEALTH = rule(1, [path("/health")], FORWARD);

checkTester(
  check,
  {
    ref: LISTENER,
    base: { ...front("HTTP"), loadBalancer: BALANCER, ...rules(FORWARD) },
    pass: {
      "ALB-01: everything is redirected to HTTPS": { given: rules(TO_HTTPS) },
      "ALB-02: everything is redirected to HTTPS on another port": { given: rules({ ...TO_HTTPS, statusCode: "HTTP_302" }) },
      "ALB-07: a rule before the default redirects every path": { given: rules(FORWARD, rule(1, [path("/*")], TO_HTTPS)) },
      "ALB-09: what is not redirected is a path that may be": {
        given: rules(TO_HTTPS, HEALTH),
        params: { allowedHttpPathPatterns: ["/health"] },
      },
      "ALB-10: what is not redirected stands behind a rule for every path": {
        given: rules(TO_HTTPS, rule(1, [path("*")], TO_HTTPS), rule(2, [path("/api")], FORWARD)),
      },
      "ALB-11: an ingress controller answers 404, and hosts are redirected": {
        given: rules(fixed("404"), rule(1, [host("x.example.com")], TO_HTTPS)),
      },
      "ALB-13: it only says no": { given: rules(fixed("403")), notes: ["It serves errors only."] },
      "ALB-16: it speaks HTTPS": { given: front("HTTPS", 443) },
      "ALB-24: the load balancer is just being made": { given: rules(TO_HTTPS) },
      "all of IPv4 is redirected, and there is no IPv6": {
        given: rules(FORWARD, rule(1, [{ field: "source-ip", values: ["0.0.0.0/0"] }], TO_HTTPS)),
      },
    },
    fail: {
      "ALB-03: it forwards": { says: says("the default rule: forward") },
      "ALB-04: it redirects to whatever protocol was asked": {
        given: rules(action("redirect", { redirectProtocol: "#{protocol}" })),
        says: says("the default rule: redirect"),
      },
      "ALB-05: it redirects to HTTP on another host": {
        given: rules(action("redirect", { redirectProtocol: "HTTP" })),
        says: says("the default rule: redirect"),
      },
      "ALB-06: only one host is redirected": {
        given: rules(FORWARD, rule(1, [host("a.example.com")], TO_HTTPS)),
        says: says("the default rule: forward"),
      },
      "ALB-08: one path is forwarded": { given: rules(TO_HTTPS, HEALTH), says: says("rule 1 (path-pattern /health): forward") },
      "ALB-12: it answers in clear": { given: rules(fixed("200")), says: says("the default rule: fixed response 200") },
      "ALB-13: it only says no, and that is not taken for safe": {
        given: rules(fixed("403")),
        params: { fixedResponseErrorIsSafe: false },
        says: says("the default rule: fixed response 403"),
      },
      "ALB-14: it forwards on another port": { given: front("HTTP", 8080), says: says("the default rule: forward", 8080) },
      "ALB-15: it is internal": {
        given: { loadBalancer: { ...BALANCER, scheme: "internal" } },
        says: says("the default rule: forward"),
      },
      "who asks is looked at, and then forwarded": {
        given: rules(TO_HTTPS, rule(3, [path("/app")], { ...FORWARD, order: 2 }, action("authenticate-oidc", { order: 1 }))),
        says: says("rule 3 (path-pattern /app): forward"),
      },
      "several rules leak, and one is named": {
        given: rules(FORWARD, HEALTH),
        says: says("rule 1 (path-pattern /health): forward and 1 more"),
      },
      "only IPv4 is redirected, and there is IPv6": {
        given: {
          loadBalancer: { ...BALANCER, isDualStack: true },
          ...rules(FORWARD, rule(1, [{ field: "source-ip", values: ["0.0.0.0/0"] }], TO_HTTPS)),
        },
        says: says("the default rule: forward"),
      },
    },
    notApplicable: {
      "ALB-14: it is on a port that is not looked at": { given: front("HTTP", 8080), params: { onlyPorts: [80] } },
      "ALB-15: it is internal, and such are left out": {
        given: { loadBalancer: { ...BALANCER, scheme: "internal" } },
        params: { includeInternal: false },
      },
      "ALB-20: it passes on TCP to a load balancer that has listeners of its own": { given: front("TCP") },
      "it belongs to a load balancer of another type": { given: { loadBalancer: { ...BALANCER, type: "network" } } },
    },
    unknown: {
      "ALB-18: it speaks a protocol that nobody knows": { given: front("HTTP3"), reason: "malformed" },
      "ALB-18: AWS does not say what it speaks": { given: { front: { ...DENIED, reason: "malformed" } }, reason: "malformed" },
      "ALB-21: its rules are denied, and one of them could redirect everything": {
        given: { rules: DENIED },
        reason: "denied",
        missing: ["elasticloadbalancing:DescribeRules"],
      },
      "whether it is internal is denied, and such are left out": {
        given: { loadBalancer: DENIED },
        params: { includeInternal: false },
        reason: "denied",
        missing: ["elasticloadbalancing:DescribeLoadBalancers"],
      },
      "all of IPv4 is redirected, and whether there is IPv6 is denied": {
        given: { loadBalancer: DENIED, ...rules(FORWARD, rule(1, [{ field: "source-ip", values: ["0.0.0.0/0"] }], TO_HTTPS)) },
        reason: "denied",
      },
    },
  },
  { describe, it },
);

describe("a listener", () => {
  it("ALB-16: that speaks HTTPS is asked nothing more", () =>
    expect(reading(check, LISTENER, { ...front("HTTPS", 443), loadBalancer: BALANCER }).reads).toEqual(["front"]));
  it.each(["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"])("ALB-19: of %s speaks no HTTP", (protocol) =>
    expect(outcome(check, LISTENER, { ...front(protocol, null), loadBalancer: BALANCER }).status).toBe("not-applicable"),
  );
  it("ALB-22: whose rules are denied is unknown also where its default redirects", () =>
    expect(outcome(check, LISTENER, { ...front("HTTP"), loadBalancer: BALANCER, rules: DENIED }).status).toBe("unknown"));
  it("ALB-23: that went in between is gone", () => expect(gone(check, LISTENER).status).toBe("gone"));
  it("ALB-08: that leaks names the rule in its evidence", () =>
    expect(outcome(check, LISTENER, { ...front("HTTP"), loadBalancer: BALANCER, ...rules(TO_HTTPS, HEALTH) })).toMatchObject({
      evidence: { leaks: ["rule 1 (path-pattern /health): forward"], redirects: 1 },
    }));
  it("ALB-09: that may serve a path in clear records the exemption", () =>
    expect(
      outcome(
        check,
        LISTENER,
        { ...front("HTTP"), loadBalancer: BALANCER, ...rules(TO_HTTPS, HEALTH) },
        { params: { allowedHttpPathPatterns: ["/health"] } },
      ),
    ).toMatchObject({ evidence: { exempt: ["rule 1 (path-pattern /health): forward"] } }));
  it("ALB-15: that is internal says so in its evidence", () =>
    expect(
      outcome(check, LISTENER, { ...front("HTTP"), loadBalancer: { ...BALANCER, scheme: "internal" }, ...rules(FORWARD) }),
    ).toMatchObject({ evidence: { scheme: "internal" } }));
});
