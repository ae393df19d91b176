import { type Check, defineCheck } from "@posture/core";
import { type ClassicListener, classicLoadBalancer } from "@posture/resources-aws/elb";
import { z } from "zod";

const Params = z.object({
  onlyPorts: z.array(z.int().min(1).max(65_535)).default([]).describe("Ports that are looked at; empty: all."),
  flagTcpPort80: z.boolean().default(false).describe("Take TCP on port 80 for HTTP."),
  includeInternal: z.boolean().default(true).describe("Also judge load balancers that only answer inside of their network."),
});

/**
 * Such load balancers cannot redirect. A redirect that the instances make is not seen by AWS; it is a reason to suppress.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html
 */
export const clbHttpListener: Check = defineCheck({
  id: "encryption/clb-http-listener",
  title: "Classic Load Balancer listener serves HTTP",
  risk: "Whoever is on the way reads and changes what clients and servers say to each other.",
  severity: "high",
  categories: ["encryption"],
  frameworks: { "aws-fsbp": ["ELB.3"] },
  resource: classicLoadBalancer,
  needs: ["listeners", "use"],
  params: Params,
  messages: { http: "Classic Load Balancer {name} serves plain HTTP on {ports}." },
  remediation: {
    steps: [
      "Prefer to move {name} to an Application Load Balancer, which can redirect.",
      "Otherwise add an HTTPS listener with a certificate.",
      "Let the instances redirect by X-Forwarded-Proto, or remove the HTTP listener.",
      "Update clients and DNS.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-create-https-ssl-load-balancer.html",
  },
  evaluate({ listeners, use }, { params, pass, fail, notApplicable }) {
    if (!params.includeInternal && use.scheme === "internal") return notApplicable("The load balancer is internal.");
    const looked = listeners.filter(({ port }) => params.onlyPorts.length === 0 || params.onlyPorts.includes(port));
    const plain = looked.filter((listener) => speaksHttp(listener) || (params.flagTcpPort80 && isTcp80(listener)));
    const evidence = { listeners: listeners.map(({ protocol, port }) => `${protocol}:${port}`), scheme: use.scheme };
    if (plain.length === 0) return pass({ evidence });
    return fail("http", { evidence: { ...evidence, ports: `port ${plain.map(({ port }) => port).join(", ")}` } });
  },
});

function speaksHttp({ protocol }: ClassicListener): boolean {
  return protocol.toUpperCase() === "HTTP";
}
function isTcp80({ protocol, port }: ClassicListener): boolean {
  return protocol.toUpperCase() === "TCP" && port === 80;
}
