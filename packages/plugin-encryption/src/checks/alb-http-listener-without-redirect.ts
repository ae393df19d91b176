import { type Check, defineCheck } from "@posture/core";
import { listener } from "@posture/resources-aws/elb";
import { z } from "zod";
import { describeRule, walk } from "../rules.ts";

const Params = z.object({
  onlyPorts: z.array(z.int().min(1).max(65_535)).default([]).describe("Ports that are looked at; empty: all."),
  includeInternal: z.boolean().default(true).describe("Also judge load balancers that only answer inside of their network."),
  fixedResponseErrorIsSafe: z.boolean().default(true).describe("A 4xx or 5xx that the load balancer sends by itself is harmless in clear."),
  allowedHttpPathPatterns: z
    .array(z.string().min(1))
    .default([])
    .describe("Path patterns that may be served in clear, as they stand in the rules: `/.well-known/acme-challenge/*`."),
});

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html */
export const albHttpListenerWithoutRedirect: Check = defineCheck({
  id: "encryption/alb-http-listener-without-redirect",
  title: "Load balancer listener serves HTTP without redirect to HTTPS",
  risk: "Whoever is on the way reads and changes what clients and servers say to each other.",
  severity: "high",
  categories: ["encryption"],
  frameworks: { "aws-fsbp": ["ELB.1"] },
  resource: listener,
  needs: ["front"],
  mayNeed: ["loadBalancer", "rules"],
  params: Params,
  messages: { leak: "Listener {name} serves plain HTTP on port {port}: {through}." },
  remediation: {
    steps: [
      "Make sure that an HTTPS listener with a valid certificate exists, and that its security group admits 443.",
      "Edit the default action of the HTTP listener of {name}: redirect to HTTPS, port 443, status 301.",
      "Change or remove HTTP rules that forward.",
      "Test with a plain HTTP request, and look for the 301.",
      "Consider an HSTS header in the application.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
  },
  evaluate({ front, loadBalancer, rules }, { params, pass, fail, notApplicable, unknown }) {
    if (loadBalancer.state === "known" && loadBalancer.value.type !== "application")
      return notApplicable("Only Application Load Balancers speak HTTP.");
    if (NO_HTTP.includes(front.protocol)) return notApplicable(`${front.protocol} is no HTTP.`);
    if (front.protocol === "HTTPS") return pass({ evidence: { protocol: front.protocol, port: front.port } });
    if (front.protocol !== "HTTP") return unknown("malformed", "front");
    if (params.onlyPorts.length > 0 && front.port !== null && !params.onlyPorts.includes(front.port))
      return notApplicable(`Port ${front.port} is not looked at by configuration.`);
    const scheme = loadBalancer.state === "known" ? loadBalancer.value.scheme : null;
    if (!params.includeInternal && scheme === "internal") return notApplicable("The load balancer is internal.");
    if (loadBalancer.state === "unreadable" && !params.includeInternal) return unknown(loadBalancer.reason, "loadBalancer");
    if (rules.state !== "known") return unknown(rules.state === "unreadable" ? rules.reason : "not-ready", "rules");

    const known = loadBalancer.state === "known" ? loadBalancer.value : null;
    const { leaks, exempt, redirects } = walk(rules.value, { ...params, isDualStack: known?.isDualStack ?? false });
    const evidence = { port: front.port ?? "unknown", scheme, redirects, exempt: exempt.map(describeRule), leaks: leaks.map(describeRule) };
    const [first] = leaks;
    if (first === undefined) {
      // By IPv6 as well, a rule for all of IPv4 catches less, and more rules are reached.
      const isSettled = known !== null || walk(rules.value, { ...params, isDualStack: true }).leaks.length === 0;
      if (!isSettled) return unknown(loadBalancer.state === "unreadable" ? loadBalancer.reason : "not-ready", "loadBalancer");
      return pass({ evidence, notes: redirects === 0 ? ["It serves errors only."] : [] });
    }
    const more = leaks.length > 1 ? ` and ${leaks.length - 1} more` : "";
    return fail("leak", { evidence: { ...evidence, through: `${describeRule(first)}${more}` } });
  },
});

/** Protocols of Network and Gateway Load Balancers. */
const NO_HTTP: readonly string[] = ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"];
