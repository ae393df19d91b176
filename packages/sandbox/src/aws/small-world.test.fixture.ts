import { EC2Client } from "@aws-sdk/client-ec2";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type SimulatedAws, startAws } from "./server.ts";
import { parseWorld, type World } from "./world.ts";

export const OWN = "111122223333";
export const OTHER = "444455556666";
export const VPC = "vpc-0a1b2c3d4e5f60718";

/** Two accounts; the first has seven groups and three prefix lists in us-east-1. */
export const WORLD: World = parseWorld({
  accounts: [
    {
      id: OWN,
      accessKeyIds: ["AKIAOWN"],
      regions: ["us-east-1", "eu-west-1"],
      buckets: [
        { Name: "example-plain", BucketRegion: "us-east-1" },
        { Name: "example-bare", BucketRegion: "us-east-1", OwnershipControls: null, ServerSideEncryptionConfiguration: null },
        { Name: "example-europe", BucketRegion: "eu-west-1" },
      ],
      securityGroups: [1, 2, 3, 4, 5, 6, 7].map((n) => ({
        Region: "us-east-1",
        GroupId: `sg-0000000${n}`,
        GroupName: n === 1 ? "default" : `group-${n}`,
        VpcId: VPC,
        Description: `number ${n}`,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "a < b & c" }] }],
      })),
      prefixLists: [1, 2, 3].map((n) => ({
        Region: "us-east-1",
        PrefixListId: `pl-0000000${n}`,
        PrefixListName: `list-${n}`,
        ...(n === 3 && { OwnerId: "AWS" }),
        Entries: [{ Cidr: "10.0.0.0/8" }, { Cidr: "192.0.2.0/24", Description: "office" }, { Cidr: "198.51.100.0/24" }],
      })),
    },
    {
      id: OTHER,
      accessKeyIds: ["AKIAOTHER"],
      regions: ["us-east-1"],
      buckets: [{ Name: "example-of-another", BucketRegion: "us-east-1" }],
    },
  ],
});

export interface Asking {
  readonly region?: string;
  readonly key?: string;
  readonly sessionToken?: string;
}

interface Clients {
  readonly aws: () => SimulatedAws;
  readonly ec2: (asking?: Asking) => EC2Client;
  readonly s3: (asking?: Asking) => S3Client;
  readonly s3Control: (asking?: Asking) => S3ControlClient;
  readonly sqs: (asking?: Asking) => SQSClient;
  readonly sts: (asking?: Asking) => STSClient;
}

/** A simulated AWS for the tests of one file, with the small world anew before each, and the SDK's own clients for it. */
export function simulated(world: World = WORLD): Clients {
  let running: SimulatedAws | undefined;
  const clients: { destroy(): void }[] = [];
  const aws = (): SimulatedAws => {
    if (!running) throw new Error("it has not started yet");
    return running;
  };
  const settings = ({ region = "us-east-1", key = "AKIAOWN", sessionToken }: Asking = {}): object => ({
    endpoint: aws().url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: key, secretAccessKey: "any", ...(sessionToken !== undefined && { sessionToken }) },
  });
  const kept = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    running = await startAws({ world });
  });
  beforeEach(() => {
    aws().setWorld(world);
    aws().clearFaults();
    aws().clearCalls();
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await running?.close();
  });
  return {
    aws,
    ec2: (asking) => kept(new EC2Client(settings(asking))),
    s3: (asking) => kept(new S3Client(settings(asking))),
    s3Control: (asking) => kept(atThePath(new S3ControlClient(settings(asking)))),
    sqs: (asking) => kept(new SQSClient({ ...settings(asking), useQueueUrlAsEndpoint: false })),
    sts: (asking) => kept(new STSClient(settings(asking))),
  };
}

/** The SDK puts the account id in front of the host, and an address of numbers has no names below it. */
function atThePath(client: S3ControlClient): S3ControlClient {
  client.config.endpointProvider = ({ Endpoint = "" }) => ({ url: new URL(Endpoint), properties: {} });
  return client;
}

/** How a call is refused: the code and the HTTP status that the SDK reads out of the answer. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "answered";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = "$metadata" in error && typeof error.$metadata === "object" ? error.$metadata : {};
    const code = status !== null && "httpStatusCode" in status ? ` ${String(status.httpStatusCode)}` : "";
    return `${error.name}${code}`;
  }
}
