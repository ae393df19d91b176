import { postureError } from "@posture/core";
import { z } from "zod";
import { type Bucket, bucket, implied, type PublicAccessBlock, publicAccessBlock, region, type Tag, tag, text } from "./bucket-world.ts";
import { type RegionalLists, regionalLists } from "./regional-world.ts";
import { doublesInIam, type Iam, iamSchema, type Organization, organizationSchema } from "./world-iam.ts";

/*
 * A world: what a simulated AWS consists of, as one JSON document. Resources have the AWS SDK's own shapes, so that
 * what the AWS command line prints can be pasted. world.schema.json is generated from these schemas.
 */

export interface Permission {
  readonly IpProtocol: string;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly IpRanges: readonly { readonly CidrIp: string; readonly Description?: string | undefined }[];
  readonly Ipv6Ranges: readonly { readonly CidrIpv6: string; readonly Description?: string | undefined }[];
  readonly PrefixListIds: readonly { readonly PrefixListId: string; readonly Description?: string | undefined }[];
  readonly UserIdGroupPairs: readonly {
    readonly GroupId?: string | undefined;
    readonly UserId?: string | undefined;
    readonly Description?: string | undefined;
  }[];
}

/** A security group, as DescribeSecurityGroups answers it, and its region. */
export interface SecurityGroup {
  readonly Region: string;
  readonly GroupId: string;
  readonly GroupName: string;
  readonly Description: string;
  readonly SecurityGroupArn?: string | undefined;
  readonly OwnerId?: string | undefined;
  readonly VpcId?: string | undefined;
  readonly IpPermissions: readonly Permission[];
  readonly IpPermissionsEgress: readonly Permission[];
  readonly Tags: readonly Tag[];
}

/** A managed prefix list, its region, and its entries. */
export interface PrefixList {
  readonly Region: string;
  readonly PrefixListId: string;
  readonly PrefixListName: string;
  readonly PrefixListArn?: string | undefined;
  readonly State?: string | undefined;
  readonly MaxEntries?: number | undefined;
  readonly Version?: number | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly OwnerId?: string | undefined;
  readonly AddressFamily: "IPv4" | "IPv6";
  readonly Entries: readonly { readonly Cidr: string; readonly Description?: string | undefined }[];
}

export interface Account extends RegionalLists {
  readonly id: string;
  readonly alias?: string | undefined;
  readonly accessKeyIds: readonly string[];
  readonly regions: readonly string[];
  readonly publicAccessBlock?: PublicAccessBlock | undefined;
  readonly buckets: readonly Bucket[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly iam?: Iam | undefined;
  readonly organization?: Organization | undefined;
}

export type { Bucket } from "./bucket-world.ts";

/** What a simulated AWS consists of. */
export interface World {
  readonly $schema?: string | undefined;
  readonly accounts: readonly Account[];
}

const accountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits");
const userIdGroupPair = z.looseObject({ GroupId: text.optional(), UserId: text.optional(), Description: z.string().optional() });
const permission = z.strictObject({
  IpProtocol: text,
  FromPort: z.int().min(-1).max(65_535).optional(),
  ToPort: z.int().min(-1).max(65_535).optional(),
  IpRanges: z.array(z.strictObject({ CidrIp: text, Description: z.string().optional() })).default([]),
  Ipv6Ranges: z.array(z.strictObject({ CidrIpv6: text, Description: z.string().optional() })).default([]),
  PrefixListIds: z.array(z.strictObject({ PrefixListId: text, Description: z.string().optional() })).default([]),
  UserIdGroupPairs: z.array(userIdGroupPair).default([]),
});

const securityGroup = z
  .strictObject({
    Region: region,
    GroupId: z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'a group id is "sg-" and 8 to 17 hexadecimal digits'),
    GroupName: text,
    Description: z.string().default(""),
    OwnerId: accountId.optional().describe("Left out: the account."),
    VpcId: text.optional(),
    SecurityGroupArn: implied,
    IpPermissions: z.array(permission).default([]),
    IpPermissionsEgress: z.array(permission).default([]),
    Tags: z.array(tag).default([]),
  })
  .describe("A security group, as DescribeSecurityGroups answers it, and its region.");

const prefixList = z
  .strictObject({
    Region: region,
    PrefixListId: z.string().regex(/^pl-[0-9a-f]{8,17}$/, 'a prefix list id is "pl-" and 8 to 17 hexadecimal digits'),
    PrefixListName: text,
    PrefixListArn: implied,
    State: implied,
    MaxEntries: z.int().optional().describe("Not read: it follows from the entries."),
    Version: z.int().optional().describe("Not read: it is always 1."),
    Tags: z.array(tag).optional(),
    OwnerId: text.optional().describe("Left out: the account. AWS's own lists have AWS here."),
    AddressFamily: z.enum(["IPv4", "IPv6"]).default("IPv4"),
    Entries: z.array(z.strictObject({ Cidr: text, Description: z.string().optional() })),
  })
  .describe("A managed prefix list, as DescribeManagedPrefixLists answers it, its region, and its entries.");

const account = z.strictObject({
  id: accountId,
  alias: text.optional(),
  accessKeyIds: z
    .array(text)
    .default([])
    .describe("Requests signed with one of these are this account's. Unknown keys are the first account's."),
  regions: z.array(region).min(1).describe("The enabled regions."),
  publicAccessBlock: publicAccessBlock.optional().describe("The account's own block, of S3 Control. Left out: there is none."),
  buckets: z.array(bucket).default([]),
  securityGroups: z.array(securityGroup).default([]),
  prefixLists: z.array(prefixList).default([]),
  iam: iamSchema.optional().describe("Left out: a root user with MFA, and nobody else."),
  organization: organizationSchema.optional(),
  ...regionalLists,
});

const world: z.ZodType<World> = z.strictObject({ $schema: z.string().optional(), accounts: z.array(account).min(1) });

/** The schema that worlds are checked by; its JSON Schema is `world.schema.json`. */
export const worldSchema: z.ZodType<World> = world;

/**
 * Checks a world.
 * @param json what was parsed from JSON
 * @param source for people: the file it came from
 * @throws {PostureError} POSTURE_WORLD_INVALID, which names each place and what is wrong there
 */
export function parseWorld(json: unknown, source = "of the simulated account"): World {
  const parsed = world.safeParse(json);
  if (!parsed.success) throw postureError("POSTURE_WORLD_INVALID", { file: source, problems: sentenceOf(parsed.error) });
  const twice = doubles(parsed.data);
  if (twice.length > 0) throw postureError("POSTURE_WORLD_INVALID", { file: source, problems: shortened(twice) });
  return parsed.data;
}

/** What is wrong with a document, and where. */
export function sentenceOf({ issues }: z.ZodError): string {
  return shortened(issues.map(({ path, message }) => `${pointer(path)}: ${message}`));
}

function shortened(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).join("; ");
  return problems.length > MOST_PROBLEMS ? `${shown}; and ${problems.length - MOST_PROBLEMS} more` : shown;
}
const MOST_PROBLEMS = 5;

function pointer(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the document" : `/${path.map(String).join("/")}`;
}

/** A name is one bucket's in all of AWS; ids are one resource's in an account. */
function doubles({ accounts }: World): string[] {
  const names = (what: string, all: readonly string[]): string[] =>
    [...new Set(all.filter((it, i) => all.indexOf(it) !== i))].map((it) => `${what} ${it} is there twice`);
  return [
    ...names(
      "the account",
      accounts.map(({ id }) => id),
    ),
    ...names(
      "the bucket",
      accounts.flatMap(({ buckets }) => buckets.map(({ Name }) => Name)),
    ),
    ...accounts.flatMap(({ buckets }) =>
      buckets.flatMap(({ Name, Objects = [] }) =>
        names(
          `the object of ${Name}`,
          Objects.map(({ Key }) => Key),
        ),
      ),
    ),
    ...names(
      "the security group",
      accounts.flatMap(({ id, securityGroups }) => securityGroups.map(({ GroupId }) => `${GroupId} of ${id}`)),
    ),
    ...names(
      "the prefix list",
      accounts.flatMap(({ id, prefixLists }) => prefixLists.map(({ PrefixListId }) => `${PrefixListId} of ${id}`)),
    ),
    ...accounts.flatMap(({ id, iam }) => (iam ? doublesInIam(iam, id) : [])),
  ];
}
