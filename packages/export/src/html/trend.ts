import { type DayCounts, SEVERITIES, type Severity } from "@posture/core";
import { Html, html } from "./html.ts";

/** What tells the severities apart without colour: nothing, stripes, dots, lines. */
const PATTERNS = html`<svg width="0" height="0" aria-hidden="true" class="defs">
  <defs>
    <pattern id="p-critical" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="c-critical" /></pattern>
    <pattern id="p-high" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="7" height="7" class="c-high" />
      <rect width="2.5" height="7" class="ink" />
    </pattern>
    <pattern id="p-medium" width="7" height="7" patternUnits="userSpaceOnUse">
      <rect width="7" height="7" class="c-medium" />
      <circle cx="3.5" cy="3.5" r="1.4" class="ink" />
    </pattern>
    <pattern id="p-low" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect width="6" height="6" class="c-low" />
      <rect width="6" height="1.6" class="ink" />
    </pattern>
  </defs>
</svg>`;

/** Bars of fewer days than this do not take the whole width. */
const FEW = 10;

/** A bar a day, stacked by severity, and the same as a table. */
export function trend(days: readonly DayCounts[]): Html {
  if (days.length === 0) return html`<p>There is no history yet.</p>`;
  const most = Math.max(1, ...days.map(totalOf));
  return html`${PATTERNS}
    <figure class="${days.length < FEW && "few"}">
      <div class="chart">
        <div class="axis" aria-hidden="true"><span>${most}</span><span>0</span></div>
        <svg role="img" aria-labelledby="trend-says" width="100%" height="160">
          <title id="trend-says">${sentence(days)}</title>
          ${days.map((day, i) => bar(day, i, days.length, most))}
        </svg>
      </div>
      <div class="days" aria-hidden="true">
        <span>${days[0]?.day ?? ""}</span><span>${days.length > 1 ? (days.at(-1)?.day ?? "") : ""}</span>
      </div>
      <figcaption>
        <ul class="legend">
          ${SEVERITIES.toReversed().map(
            (severity) =>
              html`<li>
                <svg width="16" height="16" aria-hidden="true"><rect width="16" height="16" fill="url(#p-${severity})" /></svg>${severity}
              </li>`,
          )}
        </ul>
      </figcaption>
    </figure>
    <details class="table">
      <summary>The same as a table</summary>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              ${SEVERITIES.map((severity) => html`<th scope="col">${severity}</th>`)}
              <th scope="col">all</th>
            </tr>
          </thead>
          <tbody>
            ${days.map(
              (day) =>
                html`<tr>
                  <th scope="row">${day.day}</th>
                  ${SEVERITIES.map((severity) => html`<td>${day[severity]}</td>`)}
                  <td>${totalOf(day)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
}

function totalOf(day: DayCounts): number {
  return SEVERITIES.reduce((sum, severity) => sum + day[severity], 0);
}

function sentence(days: readonly DayCounts[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return "";
  const now = `${totalOf(last)} open on ${last.day}: ${countsText(last)}`;
  return days.length === 1 ? `Open findings. ${now}.` : `Open findings by day. ${totalOf(first)} on ${first.day}; ${now}.`;
}

function countsText(day: DayCounts): string {
  return SEVERITIES.map((severity) => `${day[severity]} ${severity}`).join(", ");
}

/** Between two bars, as part of what each has. */
const GAP = 0.24;

/** The gravest lie at the bottom, on one line with each other. */
function bar(day: DayCounts, index: number, count: number, most: number): Html {
  const [left, width] = [percent(index + GAP / 2, count), percent(1 - GAP, count)];
  const parts = SEVERITIES.map((severity, i) => {
    const below = SEVERITIES.slice(0, i).reduce((sum, it) => sum + day[it], 0);
    return part(severity, left, width, { below, height: day[severity], most });
  });
  return html`<g><title>${day.day}: ${countsText(day)}</title>${parts}</g>`;
}

interface Stack {
  readonly below: number;
  readonly height: number;
  readonly most: number;
}

function part(severity: Severity, left: string, width: string, { below, height, most }: Stack): Html | null {
  if (height === 0) return null;
  return html`<rect
    x="${left}"
    width="${width}"
    y="${percent(most - below - height, most)}"
    height="${percent(height, most)}"
    fill="url(#p-${severity})"
  />`;
}

function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toFixed(3))}%`;
}
