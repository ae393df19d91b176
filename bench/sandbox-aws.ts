/* How many calls a second the simulated AWS answers to one SDK client. Run: node --conditions=@posture/source bench/sandbox-aws.ts */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetBucketAclCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const CONCURRENCY = 50;
const WARM_MS = 1000;
const MEASURED_MS = 4000;
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** In a process of its own, as the demo and the suites have it: only so is it not the client that is measured. */
async function startSandbox(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const words = ["--conditions=@posture/source", at("../packages/sandbox/src/main.ts"), "aws", "--port", "0"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  }
  throw new Error(`the sandbox did not start: ${said}`);
}

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
  const result = {
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
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    },
  };
  mkdirSync(at("results/"), { recursive: true });
  writeFileSync(at("results/sandbox-aws.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result));
} finally {
  await sandbox.stop();
}
