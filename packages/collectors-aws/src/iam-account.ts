import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { type Account, account, accountRef, type RootSignIn, type RootUse, rootUseIn } from "@posture/resources-aws/iam";
import { type CredentialReport, credentialReport, latestReport, type ReportRow } from "./iam-report.ts";
import { iamItems } from "./iam-permissions.ts";
import { gathered, itemsOf } from "./pages.ts";
import { homeOf } from "./partitions.ts";

const SUMMARY = callOf(account, "iam:GetAccountSummary");
const REPORT = callOf(account, "iam:GetCredentialReport");
const VIRTUAL = callOf(account, "iam:ListVirtualMFADevices");
const TRAIL = callOf(account, "cloudtrail:LookupEvents");
const TRAIL_PAGE = 50;

/** The account itself: there is one, and nobody need list it. */
export const accounts: CollectorDefinition<AwsHost> = defineCollector<Account>({
  kind: account,
  reach: "global",
  gone: [],
  async *list({ aws, target, wanted, prime }) {
    const ref = accountRef(target.partition, target.accountId);
    // Where the report is asked for anyway, it serves all that it can.
    if (!wanted.has("rootActivity")) return yield { ref, facets: {} };
    const reading = credentialReport(aws).then(
      ({ output, asOf }) => ({ rootOf: () => rowOf(output), asOf }),
      (error: unknown) => ({
        rootOf: (): ReportRow => {
          throw error;
        },
        asOf: new Date().toISOString(),
      }),
    );
    const { rootOf, asOf } = await reading;
    yield {
      ref,
      facets: {
        ...prime("rootActivity", () => ({ complete: true, uses: usesOf(rootOf()) }), asOf),
        ...prime("rootKeys", () => rootOf().slots, asOf),
        ...prime("rootSignIn", () => signInOf(rootOf()), asOf),
      },
    };
  },
  facets: {
    summary: {
      async read({ aws }) {
        const { IAMClient, GetAccountSummaryCommand } = await import("./sdk/iam.ts");
        const { output } = await aws.send(IAMClient, new GetAccountSummaryCommand({}), { region: homeOf(aws.partition), call: SUMMARY });
        const entries: Readonly<Record<string, number | undefined>> = present(output.SummaryMap, "SummaryMap", SUMMARY);
        const flag = (name: string): boolean => present(entries[name], `SummaryMap.${name}`, SUMMARY) > 0;
        return {
          mfaEnabled: flag("AccountMFAEnabled"),
          accessKeysPresent: flag("AccountAccessKeysPresent"),
          passwordPresent: entries["AccountPasswordPresent"] === undefined ? null : flag("AccountPasswordPresent"),
          signingCertificatesPresent: flag("AccountSigningCertificatesPresent"),
        };
      },
    },
    // The summary has already said that there is a key: the report that is there is good enough to say which.
    rootKeys: { read: async ({ aws }) => rowOf((await latestReport(aws)).output).slots },
    rootSignIn: { read: async ({ aws }) => signInOf(rowOf((await latestReport(aws)).output)) },
    rootActivity: { read: async ({ aws }) => ({ complete: true, uses: usesOf(rowOf((await credentialReport(aws)).output)) }) },
    rootVirtualMfa: {
      async read({ aws }) {
        const { IAMClient, ListVirtualMFADevicesCommand } = await import("./sdk/iam.ts");
        const devices = await iamItems(VIRTUAL, async (Marker) => {
          const command = new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned", ...(Marker && { Marker }) });
          const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: VIRTUAL });
          return { ...output, items: present(output.VirtualMFADevices, "VirtualMFADevices", VIRTUAL) };
        });
        const ofRoot = devices.filter(({ User }) => present(User?.Arn, "User.Arn", VIRTUAL).endsWith(":root"));
        return ofRoot.map(({ SerialNumber }) => present(SerialNumber, "SerialNumber", VIRTUAL));
      },
    },
    rootTrail: { read: ({ aws }) => rootTrail(aws) },
  },
});

/** Every account has the row; a look-alike of AWS that leaves it out says nothing of the root user. */
function rowOf({ root }: CredentialReport): ReportRow {
  if (root === null) throw malformed(REPORT, "the report has no row of the root user");
  return root;
}

function signInOf({ password, mfa, slots, certificates }: ReportRow): RootSignIn {
  return { password, mfa, accessKeys: slots.some(({ active }) => active), certificates };
}

/** All three dates: the one of the password alone would miss a key that is in daily use. */
function usesOf({ passwordLastUsed, slots }: ReportRow): RootUse[] {
  const signIn: RootUse[] = passwordLastUsed === null ? [] : [{ how: "password", at: passwordLastUsed, what: "a console sign-in" }];
  const keys = slots.flatMap(({ slot, lastUsed, service, region }): RootUse[] =>
    lastUsed === null ? [] : [{ how: `access-key-${slot}`, at: lastUsed, what: service && `${service}${region ? ` in ${region}` : ""}` }],
  );
  return [...signIn, ...keys];
}

/** What one region has recorded of the root user: its silence proves nothing. */
async function rootTrail(aws: AwsHost): Promise<RootUse[]> {
  const { CloudTrailClient, LookupEventsCommand } = await import("./sdk/cloudtrail.ts");
  const region = homeOf(aws.partition);
  const events = itemsOf(TRAIL, async (NextToken) => {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: "Username", AttributeValue: "root" }],
      MaxResults: TRAIL_PAGE,
      ...(NextToken && { NextToken }),
    });
    const { output } = await aws.send(CloudTrailClient, command, { region, call: TRAIL });
    return { items: present(output.Events, "Events", TRAIL), next: output.NextToken };
  });
  return (await gathered(events)).flatMap(({ CloudTrailEvent, EventName, EventSource }) => {
    const name = present(EventName, "EventName", TRAIL);
    const source = present(EventSource, "EventSource", TRAIL);
    return rootUseIn({ source, name, region, detail: recordOf(present(CloudTrailEvent, "CloudTrailEvent", TRAIL)) }) ?? [];
  });
}

function recordOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(TRAIL, "a CloudTrailEvent is no JSON");
  }
}
