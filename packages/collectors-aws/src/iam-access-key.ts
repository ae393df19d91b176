import type { AccessKeyMetadata } from "@aws-sdk/client-iam";
import { AwsFault, type AwsHost, callOf, defineCollector, present } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import {
  type AccessKey,
  accessKey,
  accessKeyRef,
  identityNameOf,
  type KeyFacts,
  type KeySlot,
  type KeyUse,
} from "@posture/resources-aws/iam";
import { userNamed } from "./iam-finds.ts";
import { iamItems, NO_SUCH_ENTITY } from "./iam-permissions.ts";
import { credentialReport, latestReport, type ReportRow } from "./iam-report.ts";
import { homeOf } from "./partitions.ts";

const LIST = callOf(accessKey, "iam:ListAccessKeys");
const USER = callOf(accessKey, "iam:GetUser");
const LAST_USED = callOf(accessKey, "iam:GetAccessKeyLastUsed");
/** Users whose keys are asked for at once. */
const AT_ONCE = 16;
/** Our own word for a key that is not among its user's. */
const NO_SUCH_KEY = "NoSuchAccessKey";

/** Keys of the users who have an active one, by the credential report: a key that came since is at most as old as the report. */
export const accessKeys: CollectorDefinition<AwsHost> = defineCollector<AccessKey>({
  kind: accessKey,
  reach: "global",
  gone: [...NO_SUCH_ENTITY, NO_SUCH_KEY],
  async *list({ aws, target, prime }) {
    const { output: report, asOf: reportedAt } = await credentialReport(aws);
    const rows = [...report.users.values()].filter(({ slots }) => slots.some(({ active }) => active));
    let refused: AwsFault | null = null;
    for await (const { row, keys, asOf } of keysOfAll(aws, rows)) {
      if (keys instanceof AwsFault) {
        // The user went since the report. Otherwise the keys are there, and nobody can say which they are: the report has no ids.
        if (!NO_SUCH_ENTITY.includes(keys.code)) refused ??= keys;
        continue;
      }
      for (const key of keys) {
        const slot = slotOf(key, keys, row.slots);
        yield {
          ref: accessKeyRef(row.arn, present(key.AccessKeyId, "AccessKeyId", LIST), target.accountId),
          facets: { ...prime("key", () => factsOf(key), asOf), ...(slot && prime("lastUsed", () => useOf(slot), reportedAt)) },
        };
      }
    }
    if (refused) throw refused;
    return reportedAt;
  },
  finds: {
    async userName({ aws, sought: { value, accountId } }) {
      const [arn] = await userNamed(aws, value, USER);
      if (arn === undefined) return [];
      const keys = await listKeys(aws, value);
      return keys.map(({ AccessKeyId }) => accessKeyRef(arn, present(AccessKeyId, "AccessKeyId", LIST), accountId));
    },
  },
  facets: {
    key: {
      async read({ aws, ref }) {
        const keys = await listKeys(aws, identityNameOf(ref));
        const key = keys.find(({ AccessKeyId }) => AccessKeyId === ref.subResourceId);
        if (!key) throw new AwsFault(LIST, { reason: "malformed", code: NO_SUCH_KEY, message: `the user has no key ${ref.name}` });
        return factsOf(key);
      },
    },
    lastUsed: {
      async read({ aws, ref }) {
        const { IAMClient, GetAccessKeyLastUsedCommand } = await import("./sdk/iam.ts");
        const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: ref.name });
        const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: LAST_USED });
        const { LastUsedDate, ServiceName, Region } = present(output.AccessKeyLastUsed, "AccessKeyLastUsed", LAST_USED);
        // Of a key that was never used AWS sends no date, and N/A for the rest.
        return { at: LastUsedDate?.toISOString() ?? null, service: wordOf(ServiceName), region: wordOf(Region) };
      },
    },
    rotation: {
      // Which of the two slots is this key's, nobody can say; it is no younger than the younger one.
      async read({ aws, ref }) {
        const { output } = await latestReport(aws);
        const active = output.users.get(identityNameOf(ref))?.slots.filter((slot) => slot.active);
        return {
          lastRotated:
            active
              ?.flatMap(({ lastRotated }) => lastRotated ?? [])
              .toSorted()
              .at(-1) ?? null,
        };
      },
    },
  },
});

interface Answered {
  readonly row: ReportRow;
  readonly keys: readonly AccessKeyMetadata[] | AwsFault;
  readonly asOf: string;
}

async function* keysOfAll(aws: AwsHost, rows: readonly ReportRow[]): AsyncGenerator<Answered> {
  for (let from = 0; from < rows.length; from += AT_ONCE)
    yield* await Promise.all(rows.slice(from, from + AT_ONCE).map((row) => keysOf(aws, row)));
}

async function keysOf(aws: AwsHost, row: ReportRow): Promise<Answered> {
  const asOf = new Date().toISOString();
  try {
    return { row, keys: await listKeys(aws, row.user), asOf };
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return { row, keys: error, asOf };
  }
}

async function listKeys(aws: AwsHost, UserName: string): Promise<AccessKeyMetadata[]> {
  const { IAMClient, ListAccessKeysCommand } = await import("./sdk/iam.ts");
  return iamItems(LIST, async (Marker) => {
    const command = new ListAccessKeysCommand({ UserName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: LIST, shared: true });
    return { ...output, items: present(output.AccessKeyMetadata, "AccessKeyMetadata", LIST) };
  });
}

function factsOf({ Status, CreateDate }: AccessKeyMetadata): KeyFacts {
  return { active: present(Status, "Status", LIST) === "Active", createdAt: present(CreateDate, "CreateDate", LIST).toISOString() };
}

function useOf({ lastUsed, service, region }: KeySlot): KeyUse {
  return { at: lastUsed, service, region };
}

/**
 * Which slot of the report is this key's? The only one, where there is one key; else the one that was last changed when the key was made.
 * `undefined` where that leaves doubt, and AWS is asked about the key itself.
 */
function slotOf(key: AccessKeyMetadata, keys: readonly AccessKeyMetadata[], slots: readonly KeySlot[]): KeySlot | undefined {
  const taken = slots.filter(({ lastRotated }) => lastRotated !== null);
  if (taken.length !== keys.length) return undefined;
  if (taken.length === 1) return taken[0];
  const same = taken.filter((slot) => isCreatedAt(slot, key));
  const rivals = keys.filter((other) => same.some((slot) => isCreatedAt(slot, other)));
  return same.length === 1 && rivals.length === 1 ? same[0] : undefined;
}

/** The report has seconds only. */
function isCreatedAt({ lastRotated }: KeySlot, { CreateDate }: AccessKeyMetadata): boolean {
  return lastRotated !== null && CreateDate !== undefined && Math.abs(Date.parse(lastRotated) - CreateDate.getTime()) < 1000;
}

function wordOf(text: string | undefined): string | null {
  return text === undefined || text === "N/A" ? null : text;
}
