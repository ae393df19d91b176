import { type AwsAccess, type AwsHost, type AwsRun, openAws } from "@posture/aws-access";
import type { CollectorDefinition, Listed, Target } from "@posture/core";
import { accessKey, account, role, user, userPolicy } from "@posture/resources-aws/iam";
import { afterEach, beforeEach } from "vitest";
import { type Answered, type AnswerServer, type Asked, startAnswers } from "./answers.test.server.ts";

export const ACCOUNT = "111122223333";
const TARGET: Target = { accountId: ACCOUNT, partition: "aws", region: "global" };
export const ALICE: string = `arn:aws:iam::${ACCOUNT}:user/alice`;

const KINDS = [account, user, accessKey, userPolicy, role];
const ALLOWED = KINDS.flatMap((kind) => [...kind.lists, ...Object.values(kind.facets).flatMap(({ read, prime }) => [...read, ...prime])]);

interface Playing {
  /** AWS answers by the name of the action; an array is used up one by one, its last for ever. */
  given(answers: Answers): Promise<AwsRun>;
  asked(): readonly Asked[];
  /** The actions that were asked for, in their order. */
  actions(): string[];
  /** Milliseconds that somebody waited, one entry each. */
  readonly waited: number[];
}
type Answer = Answered | readonly Answered[] | ((asked: Asked) => Answered);
export type Answers = Readonly<Record<string, Answer>>;

/** AWS, played by a real server for the real clients. */
export function playedAws(): Playing {
  let server: AnswerServer | undefined;
  let aws: AwsAccess | undefined;
  const waited: number[] = [];
  const before = { ...process.env };
  beforeEach(() => {
    process.env = { ...before };
    waited.splice(0);
  });
  afterEach(async () => {
    process.env = { ...before };
    aws?.close();
    await server?.close();
  });
  return {
    waited,
    asked: () => server?.asked ?? [],
    actions: () => (server?.asked ?? []).map(({ what }) => what),
    async given(answers) {
      const used = new Map<string, number>();
      server = await startAnswers((asked) => {
        const answer = answers[asked.what] ?? iamError(400, "NotScripted");
        if (typeof answer === "function") return answer(asked);
        if (!("length" in answer)) return answer;
        const n = used.get(asked.what) ?? 0;
        used.set(asked.what, n + 1);
        return answer[Math.min(n, answer.length - 1)] ?? iamError(400, "NotScripted");
      });
      process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
      const sleep = (milliseconds: number): Promise<void> => {
        waited.push(milliseconds);
        return Promise.resolve();
      };
      aws = openAws({ random: () => 0, sleep });
      return aws.run({ allowed: ALLOWED, deadline: new Date(Date.now() + 300_000).toISOString(), accountId: ACCOUNT, partition: "aws" });
    },
  };
}

export interface Listing {
  readonly found: readonly Listed[];
  readonly failure: unknown;
  /** How old the listing says it is. */
  readonly asOf: unknown;
}

export async function listAll(definition: CollectorDefinition<AwsHost>, host: AwsRun, wanted: readonly string[]): Promise<Listing> {
  const found: Listed[] = [];
  const listing = definition.bind(host).list(TARGET, new Set(wanted))[Symbol.asyncIterator]();
  try {
    for (let step = await listing.next(); ; step = await listing.next()) {
      if (step.done) return { found, failure: null, asOf: step.value };
      found.push(step.value);
    }
  } catch (failure) {
    return { found, failure, asOf: undefined };
  }
}

/* ---------- what IAM sends ---------- */

export function iamError(status: number, code: string): Answered {
  return {
    status,
    body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} it is</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
}
export const DENIED: Answered = iamError(403, "AccessDenied");
export const NO_SUCH: Answered = iamError(404, "NoSuchEntity");

export function result(action: string, body: string): Answered {
  return {
    body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${body}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
  };
}
export function members(...items: readonly string[]): string {
  return items.map((item) => `<member>${item}</member>`).join("");
}

const COLUMNS =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const NO_KEY = "false,N/A,N/A,N/A,N/A";
export interface Row {
  readonly user: string;
  readonly password?: string;
  readonly mfa?: string;
  readonly key1?: string;
  readonly key2?: string;
}
export function csv(...rows: readonly Row[]): string {
  const line = ({ user: name, password = "false,N/A", mfa = "false", key1 = NO_KEY, key2 = NO_KEY }: Row): string => {
    const arn = name === "<root_account>" ? `arn:aws:iam::${ACCOUNT}:root` : `arn:aws:iam::${ACCOUNT}:user/${name}`;
    return `${name},${arn},2023-01-01T00:00:00+00:00,${password},N/A,N/A,${mfa},${key1},${key2},false,N/A,false,N/A`;
  };
  return [COLUMNS, ...rows.map(line)].join("\n");
}
export function report(text: string, generated = "2026-01-01T00:00:00Z"): Answered {
  return result(
    "GetCredentialReport",
    `<Content>${Buffer.from(text).toString("base64")}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>${generated}</GeneratedTime>`,
  );
}
export function generating(state: "STARTED" | "INPROGRESS" | "COMPLETE"): Answered {
  return result("GenerateCredentialReport", `<State>${state}</State>`);
}
export const ROOT: Row = { user: "<root_account>", password: "true,2025-12-01T00:00:00+00:00", mfa: "true" };

interface DetailsGiven {
  readonly users?: readonly string[];
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly policies?: readonly string[];
  readonly marker?: string;
}
export function details({ users = [], roles = [], groups = [], policies = [], marker }: DetailsGiven): Answered {
  const lists = [
    ["UserDetailList", users],
    ["GroupDetailList", groups],
    ["RoleDetailList", roles],
    ["Policies", policies],
  ] as const;
  const page = marker === undefined ? "<IsTruncated>false</IsTruncated>" : `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`;
  return result("GetAccountAuthorizationDetails", lists.map(([name, items]) => `<${name}>${members(...items)}</${name}>`).join("") + page);
}
export const encoded = (document: object): string => encodeURIComponent(JSON.stringify(document));
export const ALLOW_ALL: string = encoded({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
export const attached = (...arns: readonly string[]): string =>
  `<AttachedManagedPolicies>${members(...arns.map((arn) => `<PolicyArn>${arn}</PolicyArn><PolicyName>p</PolicyName>`))}</AttachedManagedPolicies>`;
export const inline = (list: string, name: string, document: string = ALLOW_ALL): string =>
  `<${list}>${members(`<PolicyName>${name}</PolicyName><PolicyDocument>${document}</PolicyDocument>`)}</${list}>`;
export const userDetail = (name: string, more = ""): string =>
  `<Path>/</Path><UserName>${name}</UserName><Arn>arn:aws:iam::${ACCOUNT}:user/${name}</Arn>${more}`;
