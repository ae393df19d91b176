import { parseArn, type ResourceRef, type Severity, type Status } from "@posture/core";
import { type ExportedFinding, exportedFinding } from "./finding.ts";
import type { ExportContext, ExportRow } from "./row.ts";
import { json } from "./text.ts";

/* OCSF 1.8.0, Compliance Finding with the profile of the cloud and, of what is assigned, that of incidents, which has the assignee. docs/decisions/0055 says what became of what, and why. */

const OCSF_VERSION = "1.8.0";
const CLASS = 2003;

/** An event a line, which is what log collectors read. */
export async function* ocsf(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  for await (const row of rows) yield `${json(eventOf(row, context))}\n`;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

const SEVERITY: Readonly<Record<Severity, Named>> = {
  critical: { id: 5, name: "Critical" },
  high: { id: 4, name: "High" },
  medium: { id: 3, name: "Medium" },
  low: { id: 2, name: "Low" },
};

const CREATE: Named = { id: 1, name: "Create" };
const UPDATE: Named = { id: 2, name: "Update" };
const CLOSE: Named = { id: 3, name: "Close" };
const NEW: Named = { id: 1, name: "New" };
const SUPPRESSED: Named = { id: 3, name: "Suppressed" };
const RESOLVED: Named = { id: 4, name: "Resolved" };
// oxlint-disable-next-line posture/one-word-per-idea -- OCSF's own word
const ARCHIVED: Named = { id: 5, name: "Archived" };

/** What consumers close, hide and count by. */
const STATUS: Readonly<Record<Status, { readonly activity: Named; readonly status: Named }>> = {
  open: { activity: CREATE, status: NEW },
  covered: { activity: CREATE, status: NEW },
  suppressed: { activity: UPDATE, status: SUPPRESSED },
  resolved: { activity: CLOSE, status: RESOLVED },
  retired: { activity: CLOSE, status: ARCHIVED },
  unmonitored: { activity: CLOSE, status: ARCHIVED },
};

const time = (at: string): number => Date.parse(at);

function eventOf(row: ExportRow, context: ExportContext): object {
  const finding = exportedFinding(row, context);
  const { activity, status } = STATUS[finding.status];
  const severity = SEVERITY[finding.severity];
  return {
    time: time(finding.resolvedAt ?? finding.evidenceAt),
    category_uid: 2,
    category_name: "Findings",
    class_uid: CLASS,
    class_name: "Compliance Finding",
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: CLASS * 100 + activity.id,
    type_name: `Compliance Finding: ${activity.name}`,
    severity_id: severity.id,
    severity: severity.name,
    status_id: status.id,
    status: status.name,
    status_detail: statusDetail(finding),
    message: finding.message,
    ...(finding.suppression && { comment: finding.suppression.justification }),
    start_time: time(finding.firstSeenAt),
    ...(finding.resolvedAt !== null && { end_time: time(finding.resolvedAt) }),
    finding_info: infoOf(finding),
    compliance: complianceOf(finding),
    ...(finding.remediation && { remediation: remediationOf(finding.remediation) }),
    resources: [resourceOf(finding)],
    evidences: [{ data: finding.evidence }],
    ...(finding.assignee && { assignee: { uid: finding.assignee.id } }),
    cloud: cloudOf(finding.resource),
    metadata: {
      version: OCSF_VERSION,
      profiles: finding.assignee ? ["cloud", "incident"] : ["cloud"],
      product: { name: "Posture", vendor_name: "Posture", version: context.version },
      event_code: finding.checkId,
      logged_time: time(context.at),
    },
    unmapped: unmappedOf(finding),
  };
}

function statusDetail({ status, coveredBy, stale }: ExportedFinding): string {
  const cover = status === "covered" && coveredBy !== null ? ` by ${coveredBy}` : "";
  const gap = stale ? `; could not be read since ${stale.since}: ${stale.detail || stale.reason}` : "";
  return `${status}${cover}${gap}`;
}

function infoOf({ fingerprint, id, title, risk, categories, firstSeenAt, lastSeenAt, checkId, daysOpen }: ExportedFinding): object {
  return {
    uid: fingerprint,
    uid_alt: id,
    title,
    ...(risk !== null && { desc: risk }),
    types: categories,
    created_time: time(firstSeenAt),
    first_seen_time: time(firstSeenAt),
    last_seen_time: time(lastSeenAt),
    analytic: { uid: checkId, name: title, type_id: 1, type: "Rule" },
    tags: [{ name: "days_open", value: String(daysOpen) }],
  };
}

function complianceOf({ checkId, risk, frameworks, resolvedAt, stale }: ExportedFinding): object {
  const controls = Object.entries(frameworks).flatMap(([id, all]) => all.map((control) => `${id} ${control}`));
  const result = resolvedAt === null ? { id: 3, name: "Fail" } : { id: 1, name: "Pass" };
  return {
    control: checkId,
    ...(risk !== null && { desc: risk }),
    standards: Object.keys(frameworks),
    requirements: controls,
    status_id: result.id,
    status: result.name,
    ...(stale && { status_details: [stale.detail || stale.reason] }),
  };
}

function remediationOf({ steps, docs }: NonNullable<ExportedFinding["remediation"]>): object {
  const lines = steps.map(({ text, command }, i) => `${i + 1}. ${text}${command === undefined ? "" : `\n   ${command}`}`);
  return { desc: lines.join("\n"), references: [...new Set([docs, ...steps.flatMap((step) => step.docs ?? [])])] };
}

/** A region of AWS, or nothing: `global` is none. */
function regionOf({ region }: ResourceRef): { readonly region?: string } {
  return region === "global" ? {} : { region };
}

function partitionOf({ arn }: ResourceRef): { readonly cloud_partition?: string } {
  const partition = parseArn(arn)?.partition;
  return partition === undefined ? {} : { cloud_partition: partition };
}

function resourceOf({ resource: ref, tags }: ExportedFinding): object {
  const part = ref.subResourceId === undefined ? {} : { uid_alt: ref.subResourceId };
  const tagged = tags && { tags: Object.entries(tags).map(([name, value]) => ({ name, value })) };
  return { uid: ref.arn, ...part, ...tagged, name: ref.name, type: ref.type, ...regionOf(ref), ...partitionOf(ref) };
}

function cloudOf(ref: ResourceRef): object {
  const account = { uid: ref.accountId, type_id: 10, type: "AWS Account" };
  return { provider: "AWS", account, ...regionOf(ref), ...partitionOf(ref) };
}

/** What OCSF has no place for. */
function unmappedOf({ status, notes, coveredBy, assignee, suppression, stale, reopened, evidenceAt, consoleUrl }: ExportedFinding): object {
  const assigned = assignee && { time: time(assignee.at), by: assignee.by };
  const rest = { suppression, stale, reopened, evidence_time: time(evidenceAt), console_url: consoleUrl };
  return { status, notes, covered_by: coveredBy, assigned, ...rest };
}
