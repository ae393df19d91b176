import { z } from "zod";
import { nearest } from "./nearest.ts";
import { region as regionName } from "./shapes.ts";

/** Where AWS tells of its changes: a queue that EventBridge writes to. */
export interface EventsSettings {
  /** The queue's URL, as SQS gives it: `https://sqs.eu-west-1.amazonaws.com/111122223333/posture-events`. */
  readonly queue: string;
  /** The queue's region. Default: the one that its URL names. */
  readonly region?: string;
}

export interface ResolvedEvents {
  readonly queue: string;
  readonly region: string;
}

interface Shape {
  queue: string;
  region?: string | undefined;
}

const FORM = "https://sqs.<region>.amazonaws.com/<account>/<name>";

export const eventsShape: z.ZodType<Shape> = z.strictObject(
  {
    queue: z.url({
      protocol: /^https?$/,
      error: ({ input }) => `${input === undefined ? "it is missing" : `${JSON.stringify(input)} is none`}: the URL of a queue is ${FORM}`,
    }),
    region: regionName.optional(),
  },
  {
    error: (issue) =>
      issue.code === "invalid_type"
        ? `it is an object that names a queue, { queue: "${FORM}" }`
        : issue.code === "unrecognized_keys"
          ? issue.keys.map(stranger).join("; ")
          : undefined,
  },
);

const SETTINGS = ["queue", "region"] as const satisfies readonly (keyof EventsSettings)[];

function stranger(key: string): string {
  const near = nearest(key, SETTINGS);
  return `${JSON.stringify(key)} is no setting of it${near === null ? `; there are ${SETTINGS.join(" and ")}` : `; did you mean ${near}?`}`;
}

/** Also of a URL from the environment. `problem`: a sentence, without its end. */
export function resolveEvents({ queue, region }: Shape): ResolvedEvents | { readonly problem: string } {
  const parsed = eventsShape.safeParse({ queue, region });
  if (!parsed.success) return { problem: parsed.error.issues.map(({ message }) => message).join("; ") };
  const inUrl = regionIn(queue);
  if (inUrl !== null && region !== undefined && region !== inUrl)
    return { problem: `the queue ${queue} is in ${inUrl}, and ${region} is given as its region` };
  const named = region ?? inUrl;
  return named === null ? { problem: `the region of the queue ${queue} is not in its URL, and has to be given` } : { queue, region: named };
}

/**
 * The region that a queue's URL names, in today's form or in that of older queues.
 * Source: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
 */
function regionIn(queue: string): string | null {
  const { hostname } = new URL(queue);
  const named =
    /^(?:sqs(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)|([a-z]{2,}(?:-[a-z]+)+-\d+)\.queue)\.(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws)$/.exec(
      hostname,
    );
  return named?.[1] ?? named?.[2] ?? null;
}
