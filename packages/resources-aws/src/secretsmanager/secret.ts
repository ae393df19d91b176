import {
  type CloudEvent,
  type Conditional,
  defineResource,
  parseArn,
  type ResourceKind,
  type ResourceRef,
  type Selector,
} from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, isOwn, Maybe, selectorOf, Tags, Text } from "../declaring.ts";

export interface SecretUse {
  /** The AWS service that made it ("rds"); `null`: a person or a program of the owner. */
  readonly owningService: string | null;
  /** Another region than the secret's own: this is a replica. */
  readonly primaryRegion: string | null;
  /** Is it on its way to be deleted? */
  readonly isDeleted: boolean;
}

/** The facets of a secret. Nothing of them is what it holds. */
export interface Secret {
  use: SecretUse;
  /** Alias, alias ARN, key id or key ARN, as it was set; none: AWS's own key `aws/secretsmanager`. */
  key: string | null;
  tags: Readonly<Record<string, string>>;
  /** The id of the key behind `alias/aws/secretsmanager` in the secret's region; none where no secret has used it yet. */
  defaultKey: Conditional<string | null>;
}

const TYPE = "AWS::SecretsManager::Secret";
const events = eventsFrom("secretsmanager");
const secretsmanager = callsTo("secretsmanager");
const LIST = secretsmanager("ListSecrets");
const DESCRIBE = secretsmanager("DescribeSecret");

/**
 * A secret. Its `name` is what people call it; its ARN ends in six characters that AWS chose.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
 */
export const secret: ResourceKind<Secret> = defineResource({
  type: TYPE,
  lists: [LIST],
  finds: { secretId: { calls: [DESCRIBE], andFailing: ({ arn, name }, id) => name === id || arn === id } },
  lifecycle: events(
    "CreateSecret",
    "DeleteSecret",
    "RestoreSecret",
    "ReplicateSecretToRegions",
    "RemoveRegionsFromReplication",
    "StopReplicationToReplica",
  ),
  console: ({ name, region }) => `secretsmanager/secret?name=${name}&region=${region}`,
  facets: {
    use: {
      schema: z.object({ owningService: Maybe, primaryRegion: Maybe, isDeleted: z.boolean() }),
      prime: [LIST],
      read: [DESCRIBE],
      changedBy: [],
    },
    key: { schema: z.string().min(1).nullable(), prime: [LIST], read: [DESCRIBE], changedBy: events("UpdateSecret") },
    tags: { schema: Tags, prime: [LIST], read: [DESCRIBE], changedBy: events("TagResource", "UntagResource") },
    defaultKey: {
      schema: z.string().min(1).nullable(),
      read: [callsTo("kms")("ListAliases")],
      changedBy: [],
      after: ["key"],
      moot: (ref, { key }) => (key === undefined || isOwnKey(key, ref) ? null : "the name of the key says whose it is"),
    },
  },
  locate,
});

/** Is it a key of this account that is named by its id, so that only its alias says whose it is? */
function isOwnKey(key: string | null, { accountId }: ResourceRef): boolean {
  if (key === null || isAlias(key)) return false;
  const arn = parseArn(key);
  return arn === null || arn.accountId === accountId;
}

export function isAlias(key: string): boolean {
  return key.startsWith("alias/") || parseArn(key)?.resource.startsWith("alias/") === true;
}

/** `arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-a1B2c3` is called `app/db`. */
export function secretRef(arn: string, accountId: string): ResourceRef | null {
  const parsed = parseArn(arn);
  const [, name] = /^secret:(.+)-[A-Za-z0-9]{6}$/.exec(parsed?.resource ?? "") ?? [];
  return parsed && name !== undefined ? { type: TYPE, arn, name, accountId, region: parsed.region } : null;
}

const Detail = z.object({
  requestParameters: z
    .object({
      secretId: Text,
      name: Text,
      addReplicaRegions: z.array(z.object({ region: Text })).nullish(),
      removeReplicaRegions: z.array(Text).nullish(),
    })
    .nullish(),
  responseElements: z.object({ aRN: Text, arn: Text }).nullish(),
});

/** A secret that an event knows by its name only is a selector by `secretId`; a replication touches the secret in each region it names. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const id = answered?.aRN ?? answered?.arn ?? asked?.secretId ?? asked?.name;
  if (!id || (parseArn(id) && !isOwn(id, event))) return [];
  const replicas = [...(asked?.addReplicaRegions?.map(({ region }) => region) ?? []), ...(asked?.removeReplicaRegions ?? [])];
  const regions = new Set([event.region, ...replicas]);
  return [...regions].flatMap((region) => region ?? []).map((region) => located(id, { ...event, region }));
}

function located(id: string, event: CloudEvent): ResourceRef | Selector {
  const parsed = parseArn(id);
  const arn = parsed ? id.replace(`:${parsed.region}:`, `:${event.region}:`) : id;
  return secretRef(arn, event.accountId) ?? selectorOf(TYPE, "secretId", id, event);
}
