import type { Call } from "@posture/core";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { z } from "zod";
import { type Clients, defaultRegion } from "./clients.ts";
import { classify } from "./classify.ts";
import { AwsFault, faultOf, malformed } from "./fault.ts";
import { pauseAfter } from "./retry.ts";
import type { Chronometer } from "./wire.ts";

/** The role by which another account is read. */
export interface AccountRole {
  readonly arn: string;
  /** `null`: the role asks for none. */
  readonly externalId: string | null;
}

export const ASSUME: Call = { service: "sts", operation: "AssumeRole", action: "sts:AssumeRole" };

/** What CloudTrail of the account calls us. */
const SESSION = "posture";
/** In milliseconds. */
const ANSWER = 10_000;
/** Whoever waits for credentials waits for all of these. */
const ATTEMPTS = 3;
/** In milliseconds, how long a refusal answers for what is asked next: a queue full of changes of one account would ask STS each time. */
const REFUSED = 15_000;
/** In milliseconds before they expire; the SDK asks anew a little later. */
const RENEWED = 6 * 60_000;

const answer = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string(), Expiration: z.date() }),
});

/**
 * Credentials of a role, asked for once for all clients of its account and again before they expire. AssumeRole is no read, so that it goes around
 * the guard of runs. A role that is refused is a fault of credentials: whatever is asked with it would be refused too.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assuming({ arn, externalId }: AccountRole, own: Clients, time: Chronometer): Provider<AwsCredentialIdentity> {
  let known: { readonly until: number; readonly credentials: AwsCredentialIdentity } | undefined;
  let refused: { readonly until: number; readonly fault: AwsFault } | undefined;
  let asked: Promise<AwsCredentialIdentity> | undefined;
  async function ask(attempt = 1): Promise<AwsCredentialIdentity> {
    const region = await defaultRegion();
    try {
      const { AssumeRoleCommand, STSClient } = await import("./sdk/sts.ts");
      const client = await own.get(STSClient, region);
      const input = { RoleArn: arn, RoleSessionName: SESSION, ...(externalId !== null && { ExternalId: externalId }) };
      const parsed = answer.safeParse(await client.send(new AssumeRoleCommand(input), { abortSignal: AbortSignal.timeout(ANSWER) }));
      if (!parsed.success) throw malformed(ASSUME, z.prettifyError(parsed.error));
      const {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration,
      } = parsed.data.Credentials;
      const credentials = { accessKeyId, secretAccessKey, sessionToken, expiration: Expiration };
      known = { until: Expiration.getTime() - RENEWED, credentials };
      return credentials;
    } catch (error) {
      const pause = error instanceof AwsFault ? null : pauseAfter(attempt, classify(error, region), time.random());
      if (pause !== null && attempt < ATTEMPTS) {
        await time.sleep(pause, AbortSignal.timeout(ANSWER));
        return ask(attempt + 1);
      }
      const fault = asCredentials(faultOf(ASSUME, error, region));
      refused = { until: time.clock() + REFUSED, fault };
      throw fault;
    }
  }
  return () => {
    if (refused && time.clock() < refused.until) return Promise.reject(refused.fault);
    if (known && time.clock() < known.until) return Promise.resolve(known.credentials);
    return (asked ??= ask().finally(() => (asked = undefined)));
  };
}

function asCredentials(fault: AwsFault): AwsFault {
  if (fault.reason !== "denied") return fault;
  return new AwsFault(ASSUME, { reason: "credentials", code: fault.code, message: fault.said }, { cause: fault });
}
