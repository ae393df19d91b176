import type { DescribeSecretResponse, SecretListEntry } from "@aws-sdk/client-secrets-manager";
import { AwsFault, type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import { type Call, type CollectorDefinition, type Instant, plus, type ResourceRef } from "@posture/core";
import { type Secret, secret, secretRef, type SecretUse } from "@posture/resources-aws/secretsmanager";
import { itemsOf } from "./pages.ts";
import { tagsIn } from "./tags.ts";

const LIST = callOf(secret, "secretsmanager:ListSecrets");
const DESCRIBE = callOf(secret, "secretsmanager:DescribeSecret");
const ALIASES = callOf(secret, "kms:ListAliases");
const PAGE = 100;
/**
 * A listing may lack what was done in the last five minutes: it is as old as that. In milliseconds.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
const LAG = 5 * 60_000;
const DEFAULT_ALIAS = "alias/aws/secretsmanager";

/** Secrets, by region. Their values are never asked for. */
export const secrets: CollectorDefinition<AwsHost> = defineCollector<Secret>({
  kind: secret,
  reach: "regional",
  gone: ["ResourceNotFoundException"],
  async *list({ aws, target, prime }) {
    const { SecretsManagerClient, ListSecretsCommand } = await import("./sdk/secrets-manager.ts");
    let age: Instant | undefined;
    const found = itemsOf(LIST, async (NextToken) => {
      const command = new ListSecretsCommand({ MaxResults: PAGE, IncludePlannedDeletion: false, ...(NextToken && { NextToken }) });
      const { output, asOf } = await aws.send(SecretsManagerClient, command, { region: target.region, call: LIST });
      const certain = plus(asOf, -LAG);
      age ??= certain;
      return { items: present(output.SecretList, "SecretList", LIST).map((it) => ({ it, asOf: certain })), next: output.NextToken };
    });
    for await (const { it, asOf } of found)
      yield {
        ref: refOf(present(it.ARN, "ARN", LIST), target.accountId),
        facets: {
          ...prime("use", () => useOf(it), asOf),
          ...prime("key", () => it.KmsKeyId || null, asOf),
          ...prime("tags", () => tagsIn(it.Tags, LIST), asOf),
        },
      };
    return age;
  },
  finds: {
    async secretId({ aws, sought: { value, region, accountId } }) {
      const { SecretsManagerClient, DescribeSecretCommand } = await import("./sdk/secrets-manager.ts");
      try {
        const { output } = await aws.send(SecretsManagerClient, new DescribeSecretCommand({ SecretId: value }), { region, call: DESCRIBE });
        return [refOf(present(output.ARN, "ARN", DESCRIBE), accountId)];
      } catch (error) {
        if (error instanceof AwsFault && error.code === "ResourceNotFoundException") return [];
        throw error;
      }
    },
  },
  facets: {
    use: { read: async ({ aws, ref }) => useOf(await describe(aws, ref)) },
    key: { read: async ({ aws, ref }) => (await describe(aws, ref)).KmsKeyId || null },
    tags: { read: async ({ aws, ref }) => tagsIn((await describe(aws, ref)).Tags, DESCRIBE) },
    defaultKey: { read: ({ aws, ref }) => targetOf(aws, ref.region, DEFAULT_ALIAS, ALIASES) },
  },
});

function refOf(arn: string, accountId: string): ResourceRef {
  const ref = secretRef(arn, accountId);
  if (!ref) throw malformed(LIST, `${arn} is not the ARN of a secret`);
  return ref;
}

async function describe(aws: AwsHost, { arn, region }: ResourceRef): Promise<DescribeSecretResponse> {
  const { SecretsManagerClient, DescribeSecretCommand } = await import("./sdk/secrets-manager.ts");
  const { output } = await aws.send(SecretsManagerClient, new DescribeSecretCommand({ SecretId: arn }), {
    region,
    call: DESCRIBE,
    shared: true,
  });
  if (present(output.ARN, "ARN", DESCRIBE) !== arn) throw malformed(DESCRIBE, `the answer is not about ${arn}`);
  return output;
}

function useOf({ OwningService, PrimaryRegion, DeletedDate }: SecretListEntry | DescribeSecretResponse): SecretUse {
  return { owningService: OwningService || null, primaryRegion: PrimaryRegion || null, isDeleted: DeletedDate !== undefined };
}

/** The id of the key that an alias stands for; `null`: it stands for none, or there is no such alias. */
async function targetOf(aws: AwsHost, region: string, alias: string, call: Call): Promise<string | null> {
  const { KMSClient, ListAliasesCommand } = await import("./sdk/kms.ts");
  const aliases = itemsOf(call, async (Marker) => {
    const command = new ListAliasesCommand({ Limit: PAGE, ...(Marker && { Marker }) });
    const { output } = await aws.send(KMSClient, command, { region, call, shared: true });
    return { items: present(output.Aliases, "Aliases", call), next: output.NextMarker };
  });
  for await (const { AliasName, TargetKeyId } of aliases) if (AliasName === alias) return TargetKeyId ?? null;
  return null;
}
