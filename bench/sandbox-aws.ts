/* How many calls a second the simulated AWS answers to one SDK client. Run: node --conditions=@posture/source bench/sandbox-aws.ts */
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetBucketAclCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { keep, startSandbox } from "./common.ts";

const CONCURRENCY = 50;
const WARM_MS = 1000;
const MEASURED_MS = 4000;

/** Calls that were answered within the time, by as many callers as may be in flight. */
async function callsWithin(milliseconds: number, call: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + milliseconds;
  let answered = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (performance.now() < end) {
        await call();
        answered += 1;
      }
    }),
  );
  return answered;
}

async function perSecond(call: () => Promise<unknown>): Promise<number> {
  await callsWithin(WARM_MS, call);
  return Math.round((await callsWithin(MEASURED_MS, call)) / (MEASURED_MS / 1000));
}

const sandbox = await startSandbox();
const settings = {
  endpoint: sandbox.url,
  region: "us-east-1",
  maxAttempts: 1,
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
  requestHandler: { httpsAgent: undefined, httpAgent: { maxSockets: CONCURRENCY } },
};
const [ec2, s3, sts] = [new EC2Client(settings), new S3Client(settings), new STSClient(settings)];
try {
  const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const GroupIds = [groups?.[0]?.GroupId ?? "none"];
  keep("sandbox-aws", {
    what: "calls a second of the simulated AWS with the demo world, by one SDK client in another process, 50 in flight",
    concurrency: CONCURRENCY,
    seconds: MEASURED_MS / 1000,
    callsPerSecond: {
      "sts:GetCallerIdentity": await perSecond(() => sts.send(new GetCallerIdentityCommand({}))),
      "s3:GetBucketAcl": await perSecond(() => s3.send(new GetBucketAclCommand({ Bucket: "example-press-kit" }))),
      "s3:ListBuckets (27 buckets)": await perSecond(() => s3.send(new ListBucketsCommand({}))),
      "ec2:DescribeSecurityGroups (one)": await perSecond(() => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }))),
      [`ec2:DescribeSecurityGroups (all ${groups?.length})`]: await perSecond(() => ec2.send(new DescribeSecurityGroupsCommand({}))),
    },
  });
} finally {
  await sandbox.stop();
}
