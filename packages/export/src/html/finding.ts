import type { Evidence, Json } from "@posture/core";
import { type ExportedFinding, exportedFinding } from "../finding.ts";
import type { ExportContext, ExportedStep, ExportRow } from "../row.ts";
import { json, plural } from "../text.ts";
import { Html, html, link } from "./html.ts";

/** One entry of the list: a line that opens. */
export function findingItem(row: ExportRow, context: ExportContext): Html {
  const finding = exportedFinding(row, context);
  const { id, severity, status, title, resource, categories, assignee, daysOpen } = finding;
  const { name, accountId, region } = resource;
  return html` <li
    class="item"
    data-severity="${severity}"
    data-status="${status}"
    data-account="${accountId}"
    data-region="${region}"
    data-category="${categories.join(" ")}"
    data-assignee="${assignee?.id ?? "none"}"
  >
    <details id="f-${id}">
      <summary>
        <span class="badge ${severity}">${severity}</span
        ><span class="what"
          ><b>${title}</b>
          <span class="where"><bdi>${name}</bdi> <span class="sep">·</span> ${accountId} <span class="sep">·</span> ${region}</span></span
        ><span class="state">${status}${status === "open" && html`<span class="age">${plural(daysOpen, "day")}</span>`}</span>
      </summary>
      <div class="body">${body(finding)}</div>
    </details>
  </li>`;
}

function body(finding: ExportedFinding): Html {
  const { message, notes, risk, remediation, evidence } = finding;
  return html`<p class="message">${message}</p>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}${stale(finding)}${suppression(finding)}${
      risk !== null &&
      html`<h3>Why it matters</h3>
        <p>${risk}</p>`
    }
    <h3>Evidence</h3>
    ${evidenceList(evidence)}
    <h3>Remediation</h3>
    ${
      remediation
        ? html`<ol>
              ${remediation.steps.map((it) => step(it, remediation.docs))}
            </ol>
            <p>${link(remediation.docs, "AWS documentation")}</p>`
        : html`<p>The check of this finding is not loaded any more, so its steps are not known.</p>`
    }
    <h3>Details</h3>
    ${facts(finding)}`;
}

function stale({ stale }: ExportedFinding): Html | null {
  if (stale === null) return null;
  const grant = stale.missing.length > 0 ? `; grant ${stale.missing.join(", ")}` : "";
  return html`<p class="notice">
    <b>Could not be read</b> since ${moment(stale.since)}: ${stale.detail || stale.reason}${grant}. What is said here is what was found
    before.
  </p>`;
}

function suppression({ suppression }: ExportedFinding): Html | null {
  if (suppression === null) return null;
  const { by, expiresAt, justification, scope } = suppression;
  return html`<p class="notice">
    <b>Suppressed</b> ${scope === "rule" && "by a rule "}until ${moment(expiresAt)} by <bdi>${by}</bdi>: ${justification}
  </p>`;
}

/** The page of all steps is named once, behind them. */
function step({ text, command, docs }: ExportedStep, ofAll: string): Html {
  return html`<li>
    ${text}${docs !== undefined && docs !== ofAll && html` (${link(docs, "more")})`}${command !== undefined && html`<pre>${command}</pre>`}
  </li>`;
}

function evidenceList(evidence: Evidence): Html {
  const entries = Object.entries(evidence).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return html`<p>None besides what is said above.</p>`;
  return html`<dl class="evidence">
    ${entries.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${evidenceValue(value)}</dd>`,
    )}
  </dl>`;
}

function evidenceValue(value: Json | undefined): Html {
  if (typeof value === "string") return html`<code>${value}</code>`;
  if (typeof value !== "object" || value === null) return html`<code>${json(value ?? null)}</code>`;
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

function facts(finding: ExportedFinding): Html {
  const { resource, tags, checkId, id, frameworks, categories, coveredBy, assignee, consoleUrl, reopened } = finding;
  const { firstSeenAt, lastSeenAt, evidenceAt, resolvedAt } = finding;
  const rows: readonly (readonly [string, Html | string | null])[] = [
    ["Resource", html`<code>${resource.arn}</code>`],
    ["Part", resource.subResourceId === undefined ? null : html`<code>${resource.subResourceId}</code>`],
    ["Type", resource.type],
    ["Tags", tags && tagsText(tags)],
    ["Check", html`<code>${checkId}</code>`],
    ["ID", html`<code>${id}</code>`],
    ["Categories", categories.join(", ") || null],
    ["Controls", controls(frameworks)],
    ["Assigned", assignee && html`to <bdi>${assignee.id}</bdi> by <bdi>${assignee.by}</bdi>, ${moment(assignee.at)}`],
    ["First seen", moment(firstSeenAt)],
    ["Last seen", moment(lastSeenAt)],
    ["Evidence from", moment(evidenceAt)],
    ["Resolved", resolvedAt === null ? null : moment(resolvedAt)],
    ["Reopened", reopened === 0 ? null : plural(reopened, "time")],
    ["Covered by", coveredBy === null ? null : html`<code>${coveredBy}</code>`],
    ["In AWS", consoleUrl === null ? null : link(consoleUrl, "Open the console")],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        value !== null &&
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function tagsText(tags: Readonly<Record<string, string>>): string {
  const all = Object.entries(tags).map(([key, value]) => `${key}: ${value}`);
  return all.length === 0 ? "none" : all.join("; ");
}

function controls(frameworks: ExportedFinding["frameworks"]): string | null {
  const all = Object.entries(frameworks).map(([id, ids]) => `${id}: ${ids.join(", ")}`);
  return all.length === 0 ? null : all.join("; ");
}

/** To the minute, in UTC; the attribute has it all. */
export function moment(at: string): Html {
  return html`<time datetime="${at}">${at.slice(0, 16).replace("T", " ")} UTC</time>`;
}
