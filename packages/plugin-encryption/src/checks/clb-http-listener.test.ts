import type { ClassicListener } from "@posture/resources-aws/elb";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { CLASSIC, DENIED } from "../given.fixture.ts";
import { gone } from "../judging.fixture.ts";
import { clbHttpListener as check } from "./clb-http-listener.ts";

/** `on("HTTP:80", "HTTPS:443")` */
const on = (...listeners: readonly string[]): { listeners: ClassicListener[] } => ({
  listeners: listeners.map((text) => ({ protocol: text.split(":")[0] ?? "", port: Number(text.split(":")[1]) })),
});
const INTERNAL = { use: { scheme: "internal" } };
const SAYS = "Classic Load Balancer old serves plain HTTP on port 80.";

checkTester(
  check,
  {
    ref: CLASSIC,
    base: { ...on("HTTP:80"), use: { scheme: "internet-facing" } },
    pass: {
      "CLB-03: HTTPS in front, whatever is spoken to the instances": { given: on("HTTPS:443") },
      "CLB-04: HTTPS and SSL": { given: on("HTTPS:443", "SSL:8443") },
      "CLB-05: TCP on port 80, which need not be HTTP": { given: on("TCP:80") },
      "CLB-06: TCP on port 443 is passed through": { given: on("TCP:443"), params: { flagTcpPort80: true } },
      "CLB-07: HTTP on a port that is not looked at": { given: on("HTTP:8080"), params: { onlyPorts: [80] } },
      "CLB-09: there are no listeners": { given: on() },
    },
    fail: {
      "CLB-01: HTTP on port 80": { says: SAYS },
      "CLB-02: HTTP beside HTTPS": { given: on("HTTP:80", "HTTPS:443"), says: SAYS },
      "CLB-05: TCP on port 80, which is taken for HTTP": { given: on("TCP:80"), params: { flagTcpPort80: true }, says: SAYS },
      "CLB-07: HTTP on another port": { given: on("HTTP:8080"), says: "Classic Load Balancer old serves plain HTTP on port 8080." },
      "CLB-08: the protocol is in lower case": { given: on("http:80"), says: SAYS },
      "CLB-10: it is internal": { given: INTERNAL, says: SAYS },
      "HTTP on two ports is one finding": {
        given: on("HTTP:80", "HTTP:8080"),
        says: "Classic Load Balancer old serves plain HTTP on port 80, 8080.",
      },
    },
    notApplicable: { "CLB-10: it is internal, and such are left out": { given: INTERNAL, params: { includeInternal: false } } },
    unknown: {
      "load balancers may not be described": {
        given: { listeners: DENIED },
        reason: "denied",
        missing: ["elasticloadbalancing:DescribeLoadBalancers"],
      },
    },
  },
  { describe, it },
);

it("a load balancer that is gone is gone", () => expect(gone(check, CLASSIC).status).toBe("gone"));
