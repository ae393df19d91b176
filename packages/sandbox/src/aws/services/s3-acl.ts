import { isShape, type Shape, textIn } from "../shape.ts";
import type { Bucket } from "../world.ts";
import { AwsError } from "../wire/answer.ts";
import { OWNER } from "./s3-named.ts";

const GROUPS = "http://acs.amazonaws.com/groups/global";
const CANNED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  private: [],
  "public-read": [["AllUsers", "READ"]],
  "public-read-write": [
    ["AllUsers", "READ"],
    ["AllUsers", "WRITE"],
  ],
  "authenticated-read": [["AuthenticatedUsers", "READ"]],
};

/** Where an ACL is written down, somebody may write ACLs. */
export function ownershipOf({ OwnershipControls, Acl, Objects }: Bucket): Bucket["OwnershipControls"] | null {
  return OwnershipControls === undefined
    ? { Rules: [{ ObjectOwnership: Acl || Objects?.some((it) => it.Acl) ? "ObjectWriter" : "BucketOwnerEnforced" }] }
    : OwnershipControls;
}

/** As GetBucketAcl and GetObjectAcl answer. */
export function answeredAcl(acl: Bucket["Acl"]): Shape {
  const Owner = acl?.Owner ?? { ID: OWNER };
  return { Owner, Grants: acl?.Grants ?? [{ Grantee: { Type: "CanonicalUser", ID: Owner.ID }, Permission: "FULL_CONTROL" }] };
}

/** The ACL that is asked for, of the bucket or of an object in it. */
export function aclOf(input: Shape, bucket: Bucket, present: Bucket["Acl"]): unknown {
  if (ownershipOf(bucket)?.Rules.some(({ ObjectOwnership }) => ObjectOwnership === "BucketOwnerEnforced"))
    throw new AwsError(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
  const canned = textIn(input, "ACL");
  const Owner = present?.Owner ?? { ID: OWNER };
  if (canned === undefined) {
    const policy = input["AccessControlPolicy"];
    if (!isShape(policy)) throw new AwsError(501, "NotImplemented", "Grants in headers are not simulated: send an AccessControlPolicy");
    return policy;
  }
  const extra = CANNED[canned];
  if (!extra) throw new AwsError(400, "InvalidArgument", `The canned ACL ${canned} is not simulated`);
  const grants = extra.map(([group, Permission]) => ({ Grantee: { Type: "Group", URI: `${GROUPS}/${group}` }, Permission }));
  return { Owner, Grants: [{ Grantee: { Type: "CanonicalUser", ID: Owner.ID }, Permission: "FULL_CONTROL" }, ...grants] };
}
