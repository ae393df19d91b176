import { AwsError } from "../wire/answer.ts";
import { type AccessKey, type Iam, NO_IAM } from "../world-iam.ts";
import type { Context, Handler } from "./handler.ts";

/** AWS makes a report at most every four hours; what came later is not in it. */
export const reportHandlers: Readonly<Record<string, Handler>> = {
  GenerateCredentialReport(_, { state, account }) {
    const { credentialReport } = account.iam ?? NO_IAM;
    if (credentialReport.InProgress === 0) return { State: "COMPLETE" };
    const left = credentialReport.InProgress - 1;
    state.patch({ accounts: [{ id: account.id, iam: { credentialReport: { ...credentialReport, InProgress: left } } }] });
    return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
  },

  GetCredentialReport(_, { account, now }) {
    const iam = account.iam ?? NO_IAM;
    const { InProgress, GeneratedTime, Content } = iam.credentialReport;
    if (InProgress > 0) throw new AwsError(404, "ReportInProgress", "The report is being generated.");
    const generated = GeneratedTime === undefined ? now() : new Date(GeneratedTime);
    const text = Content ?? reportOf(iam, account.id, generated.toISOString());
    return { Content: new TextEncoder().encode(text), ReportFormat: "text/csv", GeneratedTime: generated };
  },
};

type Account = Context["account"];

const COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  ...[1, 2].flatMap((n) =>
    ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"].map((it) => `access_key_${n}_${it}`),
  ),
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
];

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
function reportOf({ root, users }: Iam, accountId: Account["id"], at: string): string {
  const rootRow = [
    "<root_account>",
    `arn:aws:iam::${accountId}:root`,
    "2020-01-01T00:00:00+00:00",
    String(root.Password),
    root.Password ? dateOf(root.PasswordLastUsed, "no_information") : "N/A",
    "not_supported",
    "not_supported",
    String(root.Mfa !== "none"),
    ...keyColumns(root.AccessKeys, at),
    String(root.SigningCertificates > 0),
    "N/A",
    "false",
    "N/A",
  ];
  const rows = users
    .filter(({ CreateDate }) => CreateDate <= at)
    .map((it) => [
      it.UserName,
      `arn:aws:iam::${accountId}:user${it.Path}${it.UserName}`,
      dateOf(it.CreateDate, "N/A"),
      String(it.LoginProfile !== undefined),
      it.LoginProfile ? dateOf(it.PasswordLastUsed, "no_information") : "N/A",
      it.LoginProfile ? dateOf(it.LoginProfile.CreateDate ?? it.CreateDate, "N/A") : "N/A",
      "N/A",
      String(it.MFADevices.length > 0),
      ...keyColumns(it.AccessKeys, at),
      "false",
      "N/A",
      "false",
      "N/A",
    ]);
  return [COLUMNS, rootRow, ...rows].map((row) => row.map(quoted).join(",")).join("\n");
}

function keyColumns(keys: readonly AccessKey[], at: string): string[] {
  const known = keys.filter(({ CreateDate }) => CreateDate <= at);
  return [known[0], known[1]].flatMap((key) =>
    key
      ? [
          String(key.Status === "Active"),
          dateOf(key.LastRotated ?? key.CreateDate, "N/A"),
          dateOf(key.LastUsedDate, "N/A"),
          key.Region ?? "N/A",
          key.ServiceName ?? "N/A",
        ]
      : ["false", "N/A", "N/A", "N/A", "N/A"],
  );
}

/** The report has seconds and an offset. */
function dateOf(text: string | undefined, otherwise: string): string {
  return text === undefined ? otherwise : new Date(text).toISOString().replace(/\.\d{3}Z$/, "+00:00");
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
