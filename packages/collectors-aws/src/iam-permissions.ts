import { AwsFault, type AwsHost, present } from "@posture/aws-access";
import type { Call, Part, Parts } from "@posture/core";
import { isAwsManaged, type PolicySource, sourceName } from "@posture/resources-aws/iam";
import { gathered, itemsOf } from "./pages.ts";
import { homeOf } from "./partitions.ts";

/** What IAM answers for what is not there; the SDK names it after the exception's class. */
export const NO_SUCH_ENTITY: readonly string[] = ["NoSuchEntity", "NoSuchEntityException"];

/** One page of one of IAM's listings, whatever its items. */
export interface MarkedPage<T> {
  readonly items: readonly T[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** Every item of one of IAM's listings. */
export function iamItems<T>(call: Call, read: (Marker: string | undefined) => Promise<MarkedPage<T>>): Promise<T[]> {
  return gathered(
    itemsOf(call, async (token) => {
      const { items, IsTruncated, Marker } = await read(token);
      return { items, next: IsTruncated ? present(Marker || undefined, "Marker", call) : undefined };
    }),
  );
}

export type Named = Parts<PolicySource>;

/** What could not be listed is one unreadable part; the identity's own not-found goes through, since it says that the identity is gone. */
export async function orUnreadable(name: string, read: () => Promise<Named>, whenGone: "is-gone" | "is-nothing"): Promise<Named> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    if (!NO_SUCH_ENTITY.includes(error.code)) return { [name]: unread(error) };
    if (whenGone === "is-gone") throw error;
    return {}; // It went while we read.
  }
}

export async function readManaged(aws: AwsHost, arns: readonly string[], group: string | null, calls: ManagedCalls): Promise<Named> {
  const parts = arns.map((policy) => readSource({ kind: "managed", policy, group }, () => managedDocument(aws, policy, calls)));
  return Object.assign({}, ...(await Promise.all(parts)));
}

export async function readInline(names: readonly string[], group: string | null, read: (name: string) => Promise<string>): Promise<Named> {
  const parts = names.map((policy) => readSource({ kind: "inline", policy, group }, () => read(policy)));
  return Object.assign({}, ...(await Promise.all(parts)));
}

async function readSource(source: Omit<PolicySource, "document">, read: () => Promise<string | null>): Promise<Named> {
  const name = sourceName(source);
  return orUnreadable(name, async () => ({ [name]: { state: "known", value: { ...source, document: await read() } } }), "is-nothing");
}

export interface ManagedCalls {
  readonly policy: Call;
  readonly version: Call;
}

/** The default version of a customer's policy; many identities have the same. A policy of AWS's own is known by its ARN. */
async function managedDocument(aws: AwsHost, PolicyArn: string, calls: ManagedCalls): Promise<string | null> {
  if (isAwsManaged(PolicyArn)) return null;
  const { IAMClient, GetPolicyCommand, GetPolicyVersionCommand } = await import("./sdk/iam.ts");
  const region = homeOf(aws.partition);
  const { output } = await aws.send(IAMClient, new GetPolicyCommand({ PolicyArn }), { region, call: calls.policy, shared: true });
  const VersionId = present(output.Policy?.DefaultVersionId, "Policy.DefaultVersionId", calls.policy);
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
  const version = await aws.send(IAMClient, command, { region, call: calls.version, shared: true });
  return present(version.output.PolicyVersion?.Document, "PolicyVersion.Document", calls.version);
}

function unread({ reason, call, detail }: AwsFault): Part<PolicySource> {
  return { state: "unreadable", reason, call, detail };
}
