import { createHash } from "node:crypto";
import { SEVERITIES, type Severity } from "@posture/core";
import { type ExportContext, type ExportRow, wasAllRead } from "../row.ts";
import { plural } from "../text.ts";
import { findingItem, moment } from "./finding.ts";
import { Html, html } from "./html.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { trend } from "./trend.ts";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** One script and one style sheet, known by their hashes, and nothing else: no network, no frame, no form. */
const POLICY = `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * A report in one file that needs nothing else: readable without its script, which only filters and opens.
 * How many findings there are is said at the end, since only then it is known.
 */
export async function* htmlReport(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  yield head(context).text;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield findingItem(row, context).text;
  }
  yield foot(count, context).text;
}

function head(context: ExportContext): Html {
  const { at, filter, coverage, counts } = context;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(POLICY.replaceAll('"', "&quot;"))}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="Posture" />
        <link rel="icon" href="data:," />
        <title>AWS findings, ${at.slice(0, 10)}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#findings">To the findings</a>
        <header>
          <h1>AWS findings</h1>
          <p class="asked">${moment(at)} <span class="sep">·</span> ${asked(filter)}</p>
        </header>
        <main>
          <section aria-labelledby="h-open">
            <h2 id="h-open">Open</h2>
            <ul class="counts">
              ${SEVERITIES.map((severity) => countCard(severity, counts[severity]))}
            </ul>
            <p class="verdict">${verdict(context)}</p>
          </section>
          <section aria-labelledby="h-coverage">
            <h2 id="h-coverage">Coverage</h2>
            ${coverageText(coverage)}
          </section>
          <section aria-labelledby="h-trend">
            <h2 id="h-trend">Trend</h2>
            ${trend(context.trend)}
          </section>
          <section aria-labelledby="findings">
            <h2 id="findings" tabindex="-1">Findings</h2>
            ${filters()}
            <p id="count" role="status"></p>
            <ul class="findings">
     `;
}

function foot(count: number, { version, at }: ExportContext): Html {
  return html`
</ul>${count === 0 && html`<p>Nothing matches what was asked for.</p>`}</section></main>
<footer><p>${plural(count, "finding")} in this report. Posture ${version}, ${moment(at)}.</p></footer>
${new Html(`<script>${SCRIPT}</script>`)}</body></html>
`;
}

function asked(filter: ExportContext["filter"]): string {
  const parts = Object.entries(filter).filter(([, values]) => values.length > 0);
  return parts.length === 0 ? "everything" : parts.map(([name, values]) => `${name}: ${values.join(", ")}`).join("; ");
}

function countCard(severity: Severity, count: number): Html {
  return html`<li class="card ${severity}${count === 0 && " none"}"><b>${count.toLocaleString("en")}</b> <span>${severity}</span></li>`;
}

/** Never a relief that was not earned. */
function verdict({ counts, coverage }: ExportContext): string {
  const open = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
  if (open > 0) return wasAllRead(coverage) ? "" : "There may be more: not everything could be read.";
  if (coverage.total === 0) return "Nothing is known yet: there was no sweep.";
  return wasAllRead(coverage)
    ? "No finding is open, and everything that is watched could be read."
    : "No finding is open among what could be read. Not everything could be.";
}

const SHOWN = 6;

function coverageText(coverage: ExportContext["coverage"]): Html {
  const { complete, total, incomplete } = coverage;
  if (total === 0) return html`<p class="notice">There was no sweep yet.</p>`;
  const all = html`<p class="${wasAllRead(coverage) ? "good" : "notice"}">
    <b>${complete.toLocaleString("en")} of ${plural(total, "listing")} complete.</b>
    ${wasAllRead(coverage) ? "Everything that is watched could be read." : "What could not be read resolves nothing and passes nothing."}
  </p>`;
  const items = html`<ul class="gaps">
    ${incomplete.map((text) => html`<li>${text}</li>`)}
  </ul>`;
  if (incomplete.length === 0) return all;
  return incomplete.length <= SHOWN
    ? html`${all}${items}`
    : html`${all}
        <details>
          <summary>${plural(incomplete.length, "gap")}</summary>
          ${items}
        </details>`;
}

/** Filled by the script, and hidden without it. */
function filters(): Html {
  const choice = (name: string): Html =>
    html`<label
      >${name}
      <select name="${name.toLowerCase()}">
        <option value="">all</option>
      </select></label
    >`;
  return html`<form id="filters" role="search" aria-label="Filter the findings" hidden>
    <fieldset>
      <legend>Severity</legend>
      ${SEVERITIES.map((severity) => html`<label class="check"><input type="checkbox" name="severity" value="${severity}" checked /> <span class="badge ${severity}">${severity}</span></label>`)}
    </fieldset>
    <div class="choices">
      ${["Status", "Category", "Account", "Region", "Assignee"].map(choice)}<label class="text"
        >Text <input type="search" name="text" autocomplete="off" spellcheck="false"
      /></label>
    </div>
    <div class="buttons">
      <button type="reset">Show all</button><button type="button" id="open">Open the first 100</button
      ><button type="button" id="close">Close</button>
    </div>
  </form>`;
}
