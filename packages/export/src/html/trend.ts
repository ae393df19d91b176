import { type Theme, trendSvg } from "@posture/chart";
import { type DayCounts, SEVERITIES } from "@posture/core";
import { Html, html } from "./html.ts";

const DAYS = 30;

/** The picture that everybody gets, once for each ground, and the same as a table. */
export function trend(days: readonly DayCounts[]): Html {
  const today = days.at(-1)?.day;
  if (today === undefined) return html`<p>There is no history yet.</p>`;
  const options = { today, days: Math.max(DAYS, days.length), title: "Open findings by severity" };
  // Within a page a picture needs no name for its language.
  const picture = (theme: Theme): Html => new Html(trendSvg(days, { ...options, theme }).replace(/ xmlns="[^"]*"/, ""));
  return html`<figure>
      <div class="on-light">${picture("light")}</div>
      <div class="on-dark">${picture("dark")}</div>
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
                  <td>${SEVERITIES.reduce((sum, severity) => sum + day[severity], 0)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
}
