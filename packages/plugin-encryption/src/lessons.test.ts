import type { Check, ResourceRef } from "@posture/core";
import type { ListenerRule, RuleAction, RuleCondition } from "@posture/resources-aws/elb";
import { describe, expect, it } from "vitest";
import { CLASSIC, CLUSTER, DENIED, FILES, INSTANCE, KEY, LISTENER, QUEUE, SECRET, STREAM, TOPIC, VOLUME } from "./given.fixture.ts";
import plugin, {
  albHttpListenerWithoutRedirect,
  clbHttpListener,
  efsFileSystemUnencrypted,
  rdsCaCertificateExpired,
  rdsClusterUnencrypted,
  rdsInstanceUnencrypted,
  secretDefaultKmsKey,
  sqsQueueUnencrypted,
} from "./index.ts";
import { outcome } from "./judging.fixture.ts";

const REFS: readonly ResourceRef[] = [VOLUME, INSTANCE, CLUSTER, SECRET, TOPIC, QUEUE, FILES, STREAM, LISTENER, CLASSIC];
const said = (...asked: Parameters<typeof outcome>): string => outcome(...asked).status;
const denied = ({ needs, mayNeed }: Check): Record<string, unknown> =>
  Object.fromEntries([...needs, ...mayNeed].map((name) => [name, DENIED]));

describe("what other scanners were reported for, and these checks do not do:", () => {
  it.each(plugin.checks.map((check) => [check.id, check] as const))(
    "%s takes access denied neither for a pass (prowler 327, 12872) nor for a fail (prowler 971)",
    (_, check) => {
      const ref = REFS.find(({ type }) => type === check.resource.type);
      if (ref === undefined) throw new Error(`there is no example of ${check.resource.type}`);
      expect(outcome(check, ref, denied(check))).toMatchObject({ status: "unknown", reason: "denied" });
    },
  );
});

describe("of keys, others were reported for this:", () => {
  it("SSE-SQS is encryption (prowler 1173; ScoutSuite 1420; trivy 1735; SonarJS 4035; steampipe-mod-aws-insights 243)", () => {
    const queue = (sqsManaged: boolean): string => said(sqsQueueUnencrypted, QUEUE, { encryption: { sqsManaged, kmsKeyId: null } });
    expect([queue(true), queue(false)]).toEqual(["pass", "fail"]);
  });
  it("encryption of files needs no key of one's own (terrascan 801)", () => {
    const files = (encrypted: boolean): string =>
      said(efsFileSystemUnencrypted, FILES, {
        use: { ownerId: FILES.accountId, state: "available", mountTargets: 1 },
        encryption: { encrypted, kmsKeyId: null },
      });
    expect([files(true), files(false)]).toEqual(["pass", "fail"]);
  });
  it("a secret under the key that AWS manages is not called unencrypted (semgrep-rules 2640)", () => {
    const use = { isDeleted: false, owningService: null, primaryRegion: null };
    expect(outcome(secretDefaultKmsKey, SECRET, { use, key: null })).toMatchObject({
      status: "fail",
      text: "Secret app/db is encrypted under the AWS managed key (aws/secretsmanager).",
    });
    expect(said(secretDefaultKmsKey, SECRET, { use, key: KEY })).toBe("pass");
  });
});

describe("of databases, others were reported for this:", () => {
  const BY_AWS = { encrypted: false, type: "sse-rds", kmsKeyId: null };
  const PLAIN = { encrypted: false, type: "none", kmsKeyId: null };
  const instance = (storage: object, engine = "mysql", cluster: string | null = null, params: unknown = {}): string => {
    const use = { engine, status: "available", cluster };
    return said(rdsInstanceUnencrypted, INSTANCE, { use, storage, cluster: cluster === null ? null : CLUSTER.arn }, { params });
  };
  const cluster = (storage: object, engine = "aurora-mysql"): string =>
    said(rdsClusterUnencrypted, CLUSTER, { use: { engine, engineMode: "provisioned", status: "available" }, storage });

  it("storage under a key that AWS owns is encrypted, whatever StorageEncrypted says (panther-analysis 2161)", () => {
    expect([cluster(BY_AWS), cluster(PLAIN)]).toEqual(["pass", "fail"]);
    expect([instance(BY_AWS), instance(PLAIN)]).toEqual(["pass", "fail"]);
  });
  it("the storage of a cluster is not reported again for each member (cfn_nag 183)", () => {
    expect(cluster(PLAIN)).toBe("fail");
    expect([instance(PLAIN, "aurora-mysql", "shop"), instance(PLAIN)]).toEqual(["not-applicable", "fail"]);
  });
  it("a replica that stands alone is judged by what AWS says of it (cfn_nag 624)", () =>
    expect([instance({ encrypted: true, type: "sse-kms", kmsKeyId: KEY }), instance(PLAIN)]).toEqual(["pass", "fail"]));
  it("what answers the calls of RDS is called what it is, and can be left out (aws-cli 5859; prowler 811)", () => {
    const use = { engine: "docdb", status: "available", cluster: null };
    expect(outcome(rdsInstanceUnencrypted, INSTANCE, { use, storage: PLAIN })).toMatchObject({
      text: "DocumentDB instance orders (docdb) stores its data unencrypted.",
    });
    expect(instance(PLAIN, "docdb", null, { excludeEngines: ["docdb"] })).toBe("not-applicable");
  });
  it("no list of good CAs grows old (kics 6680, 6324; terrascan 1117; aws-cdk 31387)", () => {
    const ca = (servedBy: string): string => {
      const certificate = { servedBy, chosen: servedBy, validUntil: "2061-01-01T00:00:00.000Z", pending: null };
      return said(rdsCaCertificateExpired, INSTANCE, { use: { engine: "postgres", status: "available", cluster: null }, certificate });
    };
    const good = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1", "rds-ca-rsa4096-g9"];
    expect(good.map(ca)).toEqual(good.map(() => "pass"));
    expect([ca("rds-ca-2015"), ca("rds-ca-2019")]).toEqual(["fail", "fail"]);
  });
});

describe("of load balancers, others were reported for this:", () => {
  const action = (type: string, more: Partial<RuleAction> = {}): RuleAction => ({
    type,
    order: null,
    redirectProtocol: null,
    statusCode: null,
    ...more,
  });
  const FORWARD = action("forward");
  const TO_HTTPS = action("redirect", { redirectProtocol: "HTTPS", statusCode: "HTTP_301" });
  const NOT_FOUND = action("fixed-response", { statusCode: "404" });
  const rule = (priority: number | null, last: RuleAction, ...conditions: readonly RuleCondition[]): ListenerRule => ({
    arn: `${LISTENER.arn}/${priority ?? "default"}`,
    priority,
    conditions,
    actions: [last],
  });
  const host = (...values: readonly string[]): RuleCondition => ({ field: "host-header", values });
  const path = (...values: readonly string[]): RuleCondition => ({ field: "path-pattern", values });
  const listening = (type: string, protocol: string, rules: readonly ListenerRule[]): string => {
    const loadBalancer = { type, scheme: "internet-facing", isDualStack: false };
    return said(albHttpListenerWithoutRedirect, LISTENER, { front: { protocol, port: 80 }, loadBalancer, rules });
  };
  const listener = (...rules: readonly ListenerRule[]): string => listening("application", "HTTP", rules);

  it("HTTP that only redirects is not reported (cnspec 2055; tfsec 12; checkov 837, 7132; cloud-custodian 5091)", () =>
    expect([listener(rule(null, TO_HTTPS)), listener(rule(null, FORWARD))]).toEqual(["pass", "fail"]));
  it("a redirect that stays on HTTP does not count as one", () =>
    expect(listener(rule(null, action("redirect", { redirectProtocol: "HTTP", statusCode: "HTTP_301" })))).toBe("fail"));
  it("an ingress controller's 404 behind its redirects is not reported (aws-load-balancer-controller 1753, 1264)", () => {
    expect(listener(rule(null, NOT_FOUND), rule(1, TO_HTTPS, host("shop.example.com"), path("/*")))).toBe("pass");
    expect(listener(rule(null, NOT_FOUND), rule(1, FORWARD, host("shop.example.com"), path("/*")))).toBe("fail");
  });
  it("a rule for every path that redirects is as good as the default (aws-load-balancer-controller pull 1837)", () => {
    expect(listener(rule(null, FORWARD), rule(1, TO_HTTPS, path("/*")))).toBe("pass");
    expect(listener(rule(null, FORWARD), rule(1, TO_HTTPS, path("/shop/*")))).toBe("fail");
  });
  it("TCP is no HTTP, on port 80 either (checkov 6945, 375, 424)", () => {
    for (const type of ["network", "application"]) expect(listening(type, "TCP", [rule(null, FORWARD)])).toBe("not-applicable");
    const classic = (protocol: string): string =>
      said(clbHttpListener, CLASSIC, { listeners: [{ protocol, port: 80 }], use: { scheme: "internet-facing" } });
    expect([classic("TCP"), classic("HTTP")]).toEqual(["pass", "fail"]);
  });
});
