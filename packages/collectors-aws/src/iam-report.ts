import { AwsFault, type AwsHost, callOf, malformed, present, type Reply } from "@posture/aws-access";
import { type Instant, isInstant, oldest } from "@posture/core";
import { account, type KeySlot } from "@posture/resources-aws/iam";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { homeOf } from "./partitions.ts";

const GENERATE = callOf(account, "iam:GenerateCredentialReport");
const GET = callOf(account, "iam:GetCredentialReport");
/** Between two looks at a report that is being made, in milliseconds; a minute in all. */
const PAUSES = [2000, 4000, 8000, 16_000, 30_000];
/** Where no new report may be asked for, an older one is of use for a day. */
const MAX_AGE = 86_400_000;
const ROOT = "<root_account>";

/** One row of the credential report. */
export interface ReportRow {
  readonly user: string;
  readonly arn: string;
  readonly password: "yes" | "no" | "not-supported";
  readonly passwordLastUsed: Instant | null;
  readonly mfa: boolean;
  readonly slots: readonly [KeySlot, KeySlot];
  readonly certificates: boolean;
}

export interface CredentialReport {
  readonly root: ReportRow | null;
  /** By user name. */
  readonly users: ReadonlyMap<string, ReportRow>;
}

/**
 * The credential report, asked for once per run, whichever kind asks first. `asOf` is AWS's own time of it: up to four hours ago.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 * @throws {AwsFault} not-ready, when AWS has not finished it within a minute
 */
export function credentialReport(aws: AwsHost): Promise<Reply<CredentialReport>> {
  return aws.once("credential report", () => made(aws));
}

/** The report that is there, without asking for a new one: for what something fresher has already settled in part. */
export function latestReport(aws: AwsHost): Promise<Reply<CredentialReport>> {
  return aws.once("latest credential report", async () => {
    try {
      return await got(aws);
    } catch (error) {
      if (error instanceof AwsFault && isNotThere(error)) return credentialReport(aws);
      throw error;
    }
  });
}

async function made(aws: AwsHost): Promise<Reply<CredentialReport>> {
  let last: AwsFault | null = null;
  for (const pause of [...PAUSES, null]) {
    try {
      if (await isGenerated(aws)) return await got(aws);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      if (error.call === GENERATE && error.reason === "denied") return await gotWithout(aws, error);
      if (!isNotThere(error)) throw error;
      last = error;
    }
    if (pause !== null) await aws.pause(pause, GET);
  }
  throw new AwsFault(GET, { reason: "not-ready", code: "ReportInProgress", message: last?.said ?? "the report is still being made" });
}

async function isGenerated(aws: AwsHost): Promise<boolean> {
  const { IAMClient, GenerateCredentialReportCommand } = await import("./sdk/iam.ts");
  const { output } = await aws.send(IAMClient, new GenerateCredentialReportCommand({}), { region: homeOf(aws.partition), call: GENERATE });
  return present(output.State, "State", GENERATE) === "COMPLETE";
}

/** Who may not ask for a new report may still see the last one. */
async function gotWithout(aws: AwsHost, denied: AwsFault): Promise<Reply<CredentialReport>> {
  try {
    const reply = await got(aws);
    if (Date.now() - Date.parse(reply.asOf) <= MAX_AGE) return reply;
  } catch (error) {
    if (!(error instanceof AwsFault) || !isNotThere(error)) throw error;
  }
  throw denied;
}

async function got(aws: AwsHost): Promise<Reply<CredentialReport>> {
  const { IAMClient, GetCredentialReportCommand } = await import("./sdk/iam.ts");
  const { output, asOf } = await aws.send(IAMClient, new GetCredentialReportCommand({}), { region: homeOf(aws.partition), call: GET });
  const generated = present(output.GeneratedTime, "GeneratedTime", GET).toISOString();
  const text = new TextDecoder().decode(present(output.Content, "Content", GET));
  return { output: readReport(text), asOf: oldest(asOf, generated) };
}

/** Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html */
function isNotThere({ code }: AwsFault): boolean {
  return (
    ["ReportInProgress", "ReportNotPresent", "ReportExpired"].some((name) => code.includes(name)) ||
    /CredentialReport(NotReady|NotPresent|Expired)/.test(code)
  );
}

/* ---------- the text ---------- */

const Flag = z.string().transform((text) => text.trim().toLowerCase());
const When = z.string().transform((text): Instant | null => instantOf(text));
const Word = z.string().transform((text) => (/^(n\/a|no_information|not_supported|)$/i.test(text.trim()) ? null : text.trim()));
const Row = z.object({
  user: z.string().min(1),
  arn: z.string().min(1),
  password_enabled: Flag,
  password_last_used: When,
  mfa_active: Flag,
  access_key_1_active: Flag,
  access_key_1_last_rotated: When,
  access_key_1_last_used_date: When,
  access_key_1_last_used_region: Word,
  access_key_1_last_used_service: Word,
  access_key_2_active: Flag,
  access_key_2_last_rotated: When,
  access_key_2_last_used_date: When,
  access_key_2_last_used_region: Word,
  access_key_2_last_used_service: Word,
  cert_1_active: Flag,
  cert_2_active: Flag,
});

/**
 * Reads the text of a credential report. Exported for its tests.
 * @throws {AwsFault} malformed, where it is no such report
 */
export function readReport(text: string): CredentialReport {
  const rows = rowsOf(text);
  const root = rows.find(({ user }) => user === ROOT) ?? null;
  return { root, users: new Map(rows.filter((row) => row !== root).map((row) => [row.user, row])) };
}

function rowsOf(text: string): ReportRow[] {
  let lines: readonly string[][];
  try {
    lines = parse(text, { skip_empty_lines: true });
  } catch (error) {
    throw malformed(GET, `the report is no table: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [header = [], ...rest] = lines;
  // Without rows there is nothing that the schema could miss a column in.
  const absent = Object.keys(Row.shape).filter((column) => !header.includes(column));
  if (absent.length > 0) throw malformed(GET, `the report has not the columns it should have: ${absent.join(", ")}`);
  const parsed = z.array(Row).safeParse(rest.map((line) => Object.fromEntries(line.map((field, i) => [header[i] ?? "", field]))));
  if (!parsed.success) throw malformed(GET, `the report has rows that make no sense: ${z.prettifyError(parsed.error)}`);
  return parsed.data.map(rowOf);
}

function rowOf(row: z.infer<typeof Row>): ReportRow {
  return {
    user: row.user,
    arn: row.arn,
    password: row.password_enabled === "true" ? "yes" : row.password_enabled === "not_supported" ? "not-supported" : "no",
    passwordLastUsed: row.password_last_used,
    mfa: row.mfa_active === "true",
    slots: [
      {
        slot: 1,
        active: row.access_key_1_active === "true",
        lastRotated: row.access_key_1_last_rotated,
        lastUsed: row.access_key_1_last_used_date,
        service: row.access_key_1_last_used_service,
        region: row.access_key_1_last_used_region,
      },
      {
        slot: 2,
        active: row.access_key_2_active === "true",
        lastRotated: row.access_key_2_last_rotated,
        lastUsed: row.access_key_2_last_used_date,
        service: row.access_key_2_last_used_service,
        region: row.access_key_2_last_used_region,
      },
    ],
    certificates: row.cert_1_active === "true" || row.cert_2_active === "true",
  };
}

/** `N/A`, `no_information`, `not_supported` and nothing are no dates. */
function instantOf(text: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\d/.test(text.trim())) return null;
  const at = new Date(text.trim());
  const instant = Number.isNaN(at.getTime()) ? "" : at.toISOString();
  return isInstant(instant) ? instant : null;
}
