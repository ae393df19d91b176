import { SEVERITIES, type Severity } from "@posture/core";
import type { Location, ReportingDescriptor, Result, Run, Suppression } from "sarif";
import { exportedFinding, titleOf } from "./finding.ts";
import { type ExportContext, type ExportRow, wasAllRead } from "./row.ts";
import { isWebAddress, json } from "./text.ts";

/* SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. docs/decisions/0055 says what became of what, and why. */

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS = { critical: "error", high: "error", medium: "warning", low: "note" } as const;
/** In the middle of the bands by which code scanning names a severity. */
const SCORES: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

/** One run: the results as they come, then the rules that they named, which are as many as there are checks. */
export async function* sarif(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  const rules = new Map<string, Rule>();
  yield `{"$schema":${json(SCHEMA)},"version":"2.1.0","runs":[{"results":[`;
  let between = "\n";
  for await (const row of rows) {
    const index = noteRule(rules, row);
    yield `${between}${json(resultOf(row, index, context))}`;
    between = ",\n";
  }
  const rest = json(restOf([...rules.values()], context));
  yield `\n],${rest.slice(1)}]}\n`;
}

interface Rule {
  readonly index: number;
  readonly row: ExportRow;
  /** The gravest among its findings: a rule has only one. */
  readonly severity: Severity;
}

function noteRule(rules: Map<string, Rule>, row: ExportRow): number {
  const { checkId, severity } = row.finding;
  const known = rules.get(checkId);
  const index = known?.index ?? rules.size;
  const isGraver = known === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(known.severity);
  if (isGraver) rules.set(checkId, { index, row, severity });
  return index;
}

function restOf(rules: readonly Rule[], context: ExportContext): Omit<Run, "results"> {
  const { version, at, coverage, filter, counts } = context;
  return {
    tool: { driver: { name: "Posture", semanticVersion: version, rules: rules.map(ruleOf) } },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: at,
        toolExecutionNotifications: coverage.incomplete.map((text) => ({ level: "warning", message: { text } })),
      },
    ],
    columnKind: "utf16CodeUnits",
    properties: { allRead: wasAllRead(coverage), listings: { complete: coverage.complete, total: coverage.total }, filter, counts },
  };
}

function ruleOf({ row, severity }: Rule): ReportingDescriptor {
  const { check, finding } = row;
  const remediation = check?.remediation;
  return {
    id: finding.checkId,
    shortDescription: { text: titleOf(row) },
    ...(check && { fullDescription: { text: check.risk } }),
    ...(remediation && isWebAddress(remediation.docs) && { helpUri: remediation.docs }),
    ...(remediation && { help: { text: `${check.risk}\n\nAWS documentation: ${remediation.docs}` } }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { "security-severity": SCORES[severity], tags: ["security", ...(check?.categories ?? []), ...controlsOf(row)] },
  };
}

function controlsOf({ check }: ExportRow): string[] {
  return Object.entries(check?.frameworks ?? {}).flatMap(([id, controls]) => controls.map((control) => `${id}/${control}`));
}

function resultOf(row: ExportRow, ruleIndex: number, context: ExportContext): Result {
  const { finding, status } = row;
  const { fingerprint, checkId, severity, message } = finding;
  const kind = kindOf(row);
  const {
    id,
    tags,
    evidence,
    notes,
    coveredBy,
    assignee,
    stale,
    firstSeenAt,
    lastSeenAt,
    evidenceAt,
    resolvedAt,
    daysOpen,
    reopened,
    consoleUrl,
  } = exportedFinding(row, context);
  return {
    ruleId: checkId,
    ruleIndex,
    kind,
    level: kind === "fail" ? LEVELS[severity] : "none",
    message: { text: message.text },
    locations: [locationOf(row)],
    partialFingerprints: { "posture/v1": fingerprint },
    suppressions: suppressionsOf(row),
    ...(consoleUrl !== null && isWebAddress(consoleUrl) && { hostedViewerUri: consoleUrl }),
    provenance: { firstDetectionTimeUtc: firstSeenAt, lastDetectionTimeUtc: lastSeenAt },
    properties: {
      id,
      status,
      severity,
      resourceTags: tags,
      evidence,
      notes,
      coveredBy,
      assignee,
      stale,
      evidenceAt,
      resolvedAt,
      daysOpen,
      reopened,
    },
  };
}

/** `open`: it failed when it was last judged, and nobody judges it any more. */
function kindOf({ finding: { condition }, status }: ExportRow): "pass" | "open" | "fail" {
  if (condition === "cleared") return "pass";
  return status === "retired" || status === "unmonitored" ? "open" : "fail";
}

/** In this run everything that is not suppressed says so. */
function suppressionsOf({ suppression }: ExportRow): Suppression[] {
  if (suppression === null) return [];
  const { justification, from, expiresAt, id } = suppression;
  return [{ kind: "external", status: "accepted", justification, properties: { id, from, expiresAt } }];
}

/** Relative, and a path: code scanning refuses every scheme but that of the sources, and `arn:` is one. */
function locationOf({ finding: { ref } }: ExportRow): Location {
  const part = ref.subResourceId === undefined ? "" : `#${encodeURIComponent(wellFormed(ref.subResourceId))}`;
  return {
    physicalLocation: { artifactLocation: { uri: `aws/${pathOf(ref.arn)}${part}` } },
    logicalLocations: [
      {
        name: ref.subResourceId ?? ref.name,
        fullyQualifiedName: ref.subResourceId === undefined ? ref.arn : `${ref.arn}#${ref.subResourceId}`,
        kind: "resource",
        properties: { arn: ref.arn, type: ref.type, account: ref.accountId, region: ref.region, name: ref.name },
      },
    ],
  };
}

function pathOf(arn: string): string {
  const segments = wellFormed(arn).split("/");
  return segments.map((segment) => (/^\.+$/.test(segment) ? segment.replaceAll(".", "%2E") : encodePart(segment))).join("/");
}

/** Colons stay: an ARN should look like one. */
function encodePart(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
