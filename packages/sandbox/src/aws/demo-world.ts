import { createHash } from "node:crypto";
import { demoRegional } from "./demo-regional.ts";
import { demoIam } from "./demo-world-iam.ts";
import type { Bucket, Permission, PrefixList, SecurityGroup, World } from "./world.ts";
import { parseWorld } from "./world.ts";

/*
 * One account of a company like many: most of it is in order. What is not is what happens: a site that had to be public,
 * a port that was opened for an afternoon, a bucket from before the defaults were good.
 */

const ACCOUNT = "111122223333";
const HOME = "us-east-1";
const EUROPE = "eu-west-1";

/**
 * The world of the demo: one account, two regions, about 110 resources, about 50 problems, at least one for each check.
 * A new one each time.
 */
export function demoWorld(): World {
  return parseWorld({
    accounts: [
      {
        id: ACCOUNT,
        alias: "example-production",
        accessKeyIds: ["AKIAIOSFODNN7EXAMPLE"],
        regions: [HOME, EUROPE],
        buckets: [...IN_ORDER.map(([name, region]) => healthyBucket(name, region)), ...troubledBuckets()],
        securityGroups: [...healthyGroups(), ...troubledGroups()],
        prefixLists: PREFIX_LISTS,
        iam: demoIam(),
        ...demoRegional(groupIdOf),
      },
    ],
  });
}

/* ---------- buckets ---------- */

const IN_ORDER: readonly (readonly [string, string])[] = [
  ["example-access-logs", HOME],
  ["example-app-config", HOME],
  ["example-audit-archive", HOME],
  ["example-billing-reports", HOME],
  ["example-cloudtrail", HOME],
  ["example-customer-documents", HOME],
  ["example-database-backups", HOME],
  ["example-email-templates", HOME],
  ["example-feature-flags", HOME],
  ["example-image-cache", HOME],
  ["example-invoices", HOME],
  ["example-ml-models", HOME],
  ["example-terraform-state", HOME],
  ["example-app-config-eu", EUROPE],
  ["example-audit-archive-eu", EUROPE],
  ["example-customer-documents-eu", EUROPE],
  ["example-database-backups-eu", EUROPE],
  ["example-invoices-eu", EUROPE],
  ["example-support-attachments-eu", EUROPE],
];

type BucketMore = Partial<Omit<Bucket, "Name" | "BucketRegion">>;

function healthyBucket(Name: string, BucketRegion: string, more: BucketMore = {}): object {
  return {
    Name,
    BucketRegion,
    CreationDate: "2023-06-14T09:20:00.000Z",
    PublicAccessBlockConfiguration: BLOCKED,
    Policy: policyOf(Name),
    ServerSideEncryptionConfiguration: AES256,
    VersioningConfiguration: { Status: "Enabled" },
    TagSet: [{ Key: "team", Value: "platform" }],
    ...more,
  };
}

const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OPEN = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
const AES256 = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: true }] };
const WEBSITE = { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "404.html" } };

function policyOf(name: string, ...more: readonly object[]): NonNullable<Bucket["Policy"]> {
  const both = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  const onlyHttps = {
    Sid: "OnlyHttps",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: both,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [onlyHttps, ...more] });
}
function everybodyReads(name: string): object {
  return { Sid: "Site", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${name}/*` };
}

function aclGranting(group: "AllUsers" | "AuthenticatedUsers"): NonNullable<Bucket["Acl"]> {
  const ID = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
  return {
    Owner: { ID },
    Grants: [
      { Grantee: { Type: "CanonicalUser", ID }, Permission: "FULL_CONTROL" },
      { Grantee: { Type: "Group", URI: `http://acs.amazonaws.com/groups/global/${group}` }, Permission: "READ" },
    ],
  };
}

/** The logo is meant for everybody; what lies beside it was uploaded with the same flag. */
const PRESS_KIT: NonNullable<Bucket["Objects"]> = [
  { Key: "2026/annual-figures-draft.xlsx", Acl: aclGranting("AllUsers") },
  { Key: "2026/board-photo.jpg" },
  { Key: "logo.svg", Acl: aclGranting("AllUsers") },
  { Key: "style-guide.pdf" },
];

function troubledBuckets(): object[] {
  const site = "example-marketing-site";
  return [
    // A site that had to be public before anybody put a CDN in front of it.
    healthyBucket(site, HOME, {
      PublicAccessBlockConfiguration: OPEN,
      Policy: policyOf(site, everybodyReads(site)),
      WebsiteConfiguration: WEBSITE,
    }),
    healthyBucket("example-docs-site", EUROPE, { WebsiteConfiguration: WEBSITE }),
    // Shared "for a moment" through the console.
    healthyBucket("example-press-kit", HOME, { PublicAccessBlockConfiguration: OPEN, Acl: aclGranting("AllUsers"), Objects: PRESS_KIT }),
    healthyBucket("example-crm-exports", EUROPE, { PublicAccessBlockConfiguration: OPEN, Acl: aclGranting("AuthenticatedUsers") }),
    healthyBucket("example-partner-uploads", HOME, {
      PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicPolicy: false, RestrictPublicBuckets: false },
    }),
    // From before the defaults were good.
    healthyBucket("example-backups-2019", HOME, {
      CreationDate: "2019-03-02T07:11:00.000Z",
      ServerSideEncryptionConfiguration: null,
      VersioningConfiguration: {},
    }),
    // Nobody asked for HTTPS.
    { ...healthyBucket("example-build-artifacts", HOME, { VersioningConfiguration: {} }), Policy: undefined },
    { ...healthyBucket("example-data-lake-raw", EUROPE), Policy: undefined },
  ];
}

/* ---------- security groups ---------- */

type Group = Omit<SecurityGroup, "IpPermissions" | "IpPermissionsEgress" | "Tags" | "Description"> & {
  readonly Description: string;
  readonly IpPermissions: readonly object[];
};

const VPCS: Readonly<Record<string, string>> = { [HOME]: "vpc-0a1b2c3d4e5f60718", [EUROPE]: "vpc-0f9e8d7c6b5a40312" };
const INSIDE = "10.20.0.0/16";
const ANYWHERE = "0.0.0.0/0";

function group(
  Region: string,
  GroupName: string,
  Description: string,
  ...IpPermissions: readonly object[]
): Group & { readonly IpPermissionsEgress: readonly object[] } {
  return {
    Region,
    GroupId: groupIdOf(Region, GroupName),
    GroupName,
    Description,
    VpcId: VPCS[Region],
    IpPermissions,
    IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: ANYWHERE }] }],
  };
}

/** Ids look like AWS's, and are the same each time. */
function groupIdOf(region: string, name: string): string {
  return `sg-0${createHash("sha256").update(`${region}/${name}`).digest("hex").slice(0, 16)}`;
}

function tcp(port: number, cidr: string, note?: string): Partial<Permission> {
  return {
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp: cidr, ...(note !== undefined && { Description: note }) }],
  };
}
function tcp6(port: number, cidr: string): Partial<Permission> {
  return { IpProtocol: "tcp", FromPort: port, ToPort: port, Ipv6Ranges: [{ CidrIpv6: cidr }] };
}
function tcpFromList(port: number, list: string): Partial<Permission> {
  return { IpProtocol: "tcp", FromPort: port, ToPort: port, PrefixListIds: [{ PrefixListId: list }] };
}
const EVERYTHING = { IpProtocol: "-1", IpRanges: [{ CidrIp: ANYWHERE, Description: "load test" }] };

function healthyGroups(): object[] {
  return [HOME, EUROPE].flatMap((region) => [
    group(region, "default", "default VPC security group"),
    group(region, "app-servers", "Application servers", tcp(8080, INSIDE), tcpFromList(22, OFFICE[region] ?? "")),
    group(region, "orders-db", "PostgreSQL of the orders service", tcp(5432, INSIDE)),
    group(region, "users-db", "MySQL of the users service", tcp(3306, INSIDE)),
    group(region, "cache", "Redis", tcp(6379, INSIDE)),
    group(region, "search", "OpenSearch", tcp(443, INSIDE), tcp(9200, INSIDE)),
    group(region, "queue-workers", "Workers, nothing comes in"),
    group(region, "ci-runners", "Build machines", tcp(22, "10.20.8.0/24")),
    group(region, "monitoring", "Prometheus and Grafana", tcp(9090, INSIDE), tcp(3000, "198.51.100.0/24", "office")),
    group(region, "vpn", "The way in", { IpProtocol: "udp", FromPort: 51_820, ToPort: 51_820, IpRanges: [{ CidrIp: ANYWHERE }] }),
  ]);
}

function troubledGroups(): object[] {
  return [
    group(HOME, "bastion", "Jump host", tcp(22, ANYWHERE, "until the VPN works again")),
    group(EUROPE, "bastion", "Jump host", tcp6(22, "::/0"), tcp(22, "198.51.100.0/24", "office")),
    group(EUROPE, "deploy-agents", "Deployment agents", tcpFromList(22, CONTRACTORS)),
    group(HOME, "finance-desktops", "Windows desktops of the finance team", tcp(3389, ANYWHERE)),
    group(HOME, "analytics-db", "PostgreSQL of the analytics team", tcp(5432, INSIDE), tcp(5432, ANYWHERE, "BI tool")),
    group(HOME, "legacy-shop-db", "MySQL of the old shop", tcp(3306, ANYWHERE)),
    group(EUROPE, "reporting-db", "SQL Server of the reports", tcp(1433, ANYWHERE)),
    group(EUROPE, "sessions-db", "MongoDB of the sessions service", tcp(27_017, ANYWHERE)),
    group(EUROPE, "load-test", "Load test of last spring", EVERYTHING),
    group(HOME, "public-web", "Load balancers", tcp(80, ANYWHERE), tcp(443, ANYWHERE)),
    group(EUROPE, "public-web", "Load balancers", tcp(443, ANYWHERE), tcp6(443, "::/0")),
  ];
}

/* ---------- prefix lists ---------- */

const OFFICE: Readonly<Record<string, string>> = { [HOME]: "pl-0b1c2d3e4f5a60718", [EUROPE]: "pl-0c2d3e4f5a6b70829" };
const CONTRACTORS = "pl-0d3e4f5a6b7c8093a";

const PREFIX_LISTS: readonly PrefixList[] = [
  ...[HOME, EUROPE].map((Region): PrefixList => ({
    Region,
    PrefixListId: OFFICE[Region] ?? "",
    PrefixListName: "offices",
    AddressFamily: "IPv4",
    Entries: [
      { Cidr: "198.51.100.0/24", Description: "headquarters" },
      { Cidr: "203.0.113.16/28", Description: "branch" },
    ],
  })),
  {
    Region: EUROPE,
    PrefixListId: CONTRACTORS,
    PrefixListName: "contractors",
    AddressFamily: "IPv4",
    // Two halves are the whole.
    Entries: [
      { Cidr: "0.0.0.0/1", Description: "temporary" },
      { Cidr: "128.0.0.0/1", Description: "temporary" },
    ],
  },
];
