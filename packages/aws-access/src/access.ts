import { type Call, type Instant, parseArn, postureError } from "@posture/core";
import pLimit from "p-limit";
import { z } from "zod";
import { type AccountRole, assuming } from "./assumed.ts";
import { isOptIn } from "./classify.ts";
import { Clients, defaultRegion } from "./clients.ts";
import { AwsFault, clean } from "./fault.ts";
import { type EventQueue, eventQueue, type QueuePlace } from "./queue.ts";
import { type AwsRun, Run, type RunOptions } from "./run.ts";
import { IDENTITY, told } from "./told.ts";
import { type Chronometer, REAL_TIME, Wire } from "./wire.ts";

export interface AwsSettings extends Partial<Chronometer> {
  /** For messages only; the SDK reads AWS_ENDPOINT_URL by itself. */
  readonly endpoint?: string;
  /** Where identity and regions are asked for. Left out: the region of the environment or the profile. */
  readonly region?: string;
  /** Requests under way at once. Left out: 50. */
  readonly maxInFlight?: number;
  /** By account id: the roles by which others than our own are read. */
  readonly roles?: ReadonlyMap<string, AccountRole>;
  /** How long one call may spend on the wire, over all its attempts; waiting between them does not count. Left out: 20,000. */
  readonly callDeadlineMs?: number;
}

export interface Caller {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: string;
}

/** AWS, for one process. */
export interface AwsAccess {
  /**
   * Who we are. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
   * @throws {PostureError} POSTURE_AWS_CREDENTIALS_MISSING, POSTURE_AWS_CREDENTIALS_REFUSED, POSTURE_AWS_UNREACHABLE, POSTURE_AWS_ANSWER_MALFORMED
   */
  identity(): Promise<Caller>;
  /**
   * The regions that an account has enabled, sorted; left out: our own.
   * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
   * @throws {PostureError} as `identity`, and POSTURE_AWS_READ_DENIED
   */
  enabledRegions(accountId?: string): Promise<readonly string[]>;
  /** How far AWS's clock is ahead of this machine's, in milliseconds, as the latest answer said. `null`: no answer has said it. */
  ahead(): number | null;
  /** One sweep or one re-check. */
  run(options: RunOptions): AwsRun;
  /** The queue that tells of changes. Asks AWS nothing yet. */
  queue(place: QueuePlace): EventQueue;
  /** Closes every socket. */
  close(): void;
}

const REGIONS: Call = { service: "ec2", operation: "DescribeRegions", action: "ec2:DescribeRegions" };
const FIRST_QUESTIONS_MS = 10_000;

const caller = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string() });
const regions = z.object({ Regions: z.array(z.object({ RegionName: z.string().min(1), OptInStatus: z.string().optional() })).min(1) });

export function openAws(settings: AwsSettings = {}): AwsAccess {
  const { maxInFlight = 50, callDeadlineMs = 20_000, endpoint = endpointOf(process.env) } = settings;
  const time: Chronometer = { ...REAL_TIME, ...settings };
  const wire = new Wire(time, pLimit(maxInFlight));
  const own = new Clients(maxInFlight);
  const asOthers = [...(settings.roles ?? [])].map(
    ([id, role]) => [id, new Clients(maxInFlight, () => Promise.resolve(assuming(role, own, time)))] as const,
  );
  const others = new Map(asOthers);
  const clientsOf = (accountId: string): Clients => others.get(accountId) ?? own;
  const home = async (): Promise<string> => settings.region ?? (await defaultRegion());

  /** A question of our own, with a short deadline; what goes wrong is told to a person. */
  async function ask<T>(call: Call, schema: z.ZodType<T>, question: (run: Run) => Promise<unknown>, accountId = ""): Promise<T> {
    const patience = Math.min(FIRST_QUESTIONS_MS, callDeadlineMs);
    const deadline: Instant = new Date(time.clock() + patience).toISOString();
    const run = new Run({ allowed: [call], deadline, accountId, partition: "" }, clientsOf(accountId), wire, patience);
    try {
      const parsed = schema.safeParse(await question(run));
      if (parsed.success) return parsed.data;
      throw postureError(
        "POSTURE_AWS_ANSWER_MALFORMED",
        { endpoint, operation: call.operation, cause: clean(z.prettifyError(parsed.error)) },
        parsed.error,
      );
    } catch (error) {
      throw error instanceof AwsFault ? told(error, endpoint) : error;
    }
  }

  return {
    async identity() {
      const { STSClient, GetCallerIdentityCommand } = await import("./sdk/sts.ts");
      const region = await home();
      const { Account, Arn } = await ask(
        IDENTITY,
        caller,
        async (run) => (await run.send(STSClient, new GetCallerIdentityCommand({}), { region, call: IDENTITY })).output,
      );
      const partition = parseArn(Arn)?.partition;
      if (!partition)
        throw postureError("POSTURE_AWS_ANSWER_MALFORMED", {
          endpoint,
          operation: IDENTITY.operation,
          cause: `"${clean(Arn)}" is not an ARN`,
        });
      return { accountId: Account, partition, arn: Arn };
    },
    async enabledRegions(accountId) {
      const { EC2Client, DescribeRegionsCommand } = await import("./sdk/ec2.ts");
      const ours = await home();
      // Another account may not have opted into our region.
      const region = accountId !== undefined && isOptIn(ours) ? "us-east-1" : ours;
      const command = new DescribeRegionsCommand({ AllRegions: false });
      const { Regions } = await ask(
        REGIONS,
        regions,
        async (run) => (await run.send(EC2Client, command, { region, call: REGIONS })).output,
        accountId,
      );
      return Regions.filter(({ OptInStatus }) => OptInStatus !== "not-opted-in")
        .map(({ RegionName }) => RegionName)
        .toSorted();
    },
    ahead: () => wire.ahead,
    run: (options) => new Run(options, clientsOf(options.accountId), wire, callDeadlineMs),
    queue: (place) => eventQueue(place, own),
    close: () => {
      for (const clients of [own, ...others.values()]) clients.close();
    },
  };
}

function endpointOf(env: NodeJS.ProcessEnv): string {
  return env["AWS_ENDPOINT_URL"] ?? "AWS";
}
