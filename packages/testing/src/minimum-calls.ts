/** How large an account is, in what decides how often AWS has to be asked about it. Counts. */
export interface AccountSize {
  readonly users: number;
  readonly roles: number;
  readonly groups: number;
  /** Customer managed policies. */
  readonly policies: number;
  /** Users with at least one active access key. */
  readonly keyUsers: number;
  readonly buckets: number;
  /** Does the account's own block have all four settings on? Then no bucket's block is read. */
  readonly isBlocked: boolean;
  /** Buckets for which nothing ignores public ACLs, and those of them whose ACLs have effect. */
  readonly heedingAcls: number;
  readonly withAcls: number;
  /** Objects of the buckets whose ACLs have effect, up to the sample of each; no bucket has more than a page. */
  readonly sampledObjects: number;
  /** Buckets whose policy leaves it to AWS to say whether it is public. */
  readonly inDoubt: number;
}

const IAM_PAGE = 1000;
const S3_PAGE = 1000;

/**
 * The fewest calls that the checks of IAM and S3 need for one sweep, by service and operation; an unused operation is left out.
 * The credential report is there already, and nothing fails. Two calls are every run's own: who it is, and which regions there are.
 */
export function minimumCalls(size: AccountSize): Readonly<Record<string, number>> {
  const { users, roles, groups, policies, keyUsers, buckets, isBlocked, heedingAcls, withAcls, sampledObjects, inDoubt } = size;
  const calls = {
    "sts:GetCallerIdentity": 1,
    "ec2:DescribeRegions": 1,
    "iam:GetAccountSummary": 1,
    "iam:GenerateCredentialReport": 1,
    "iam:GetCredentialReport": 1,
    "iam:GetAccountAuthorizationDetails": pages(users + roles + groups + policies, IAM_PAGE),
    "iam:ListAccessKeys": keyUsers,
    "s3:ListBuckets": pages(buckets, S3_PAGE),
    "s3control:GetPublicAccessBlock": buckets > 0 ? 1 : 0,
    "s3:GetPublicAccessBlock": isBlocked ? 0 : buckets,
    "s3:GetBucketOwnershipControls": heedingAcls,
    "s3:GetBucketAcl": withAcls,
    "s3:ListObjectsV2": withAcls,
    "s3:GetObjectAcl": sampledObjects,
    "s3:GetBucketPolicy": buckets,
    "s3:GetBucketPolicyStatus": inDoubt,
    "s3:GetBucketWebsite": buckets,
    "s3:GetBucketEncryption": buckets,
  };
  return Object.fromEntries(Object.entries(calls).filter(([, count]) => count > 0));
}

/** An empty listing is a page, too. */
function pages(items: number, size: number): number {
  return Math.max(1, Math.ceil(items / size));
}
