import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY, type Finding, fingerprintOf, plus, SEVERITIES, type Severity } from "@posture/core";
import { exported } from "@posture/export";
import type { CheckInfo, Posture } from "@posture/runtime";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTo } from "../asking/commands.ts";
import { listed, refOf, suppressionOf } from "../finding.test.fixture.ts";
import { pageWords } from "../views/pages.ts";
import { summaryMessage } from "../views/summary.ts";
import { homeModel } from "./building.ts";
import { askedOf, type HomeFilter } from "./codec.ts";
import { deskWith, NOW } from "./desk.test.fixture.ts";
import { Links } from "./links.ts";
import { homeView } from "./view.ts";

/* Whoever asks for the same at the same instant is told the same number: in the summary, in the Home tab, in lists, in files, at a command line. */

const REGIONS = ["eu-west-1", "us-east-1", "global"];
const ACCOUNTS = ["111122223333", "444455556666"];

let folder: string;
let slack: LocalSlack;
let ids: readonly Finding["checkId"][];
let categories: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-agreeing-"));
  slack = await startSlack({});
  const { posture } = await deskWith({ slack, folder });
  ids = [...posture.checks.values()].map(({ id }) => id);
  categories = [...new Set([...posture.checks.values()].flatMap((check: CheckInfo) => check.categories))];
  await posture.close();
});
afterAll(async () => {
  await slack.close();
  rmSync(folder, { recursive: true });
});

interface Sketch {
  readonly severity: Severity;
  readonly check: number;
  readonly region: string;
  readonly account: string;
  readonly state: "open" | "resolved" | "suppressed" | "retired";
  readonly age: number;
}
const sketches: fc.Arbitrary<readonly Sketch[]> = fc.array(
  fc.record({
    severity: fc.constantFrom(...SEVERITIES),
    check: fc.nat(1000),
    region: fc.constantFrom(...REGIONS),
    account: fc.constantFrom(...ACCOUNTS),
    state: fc.constantFrom("open", "open", "open", "resolved", "suppressed", "retired"),
    age: fc.nat(60),
  }),
  { maxLength: 60 },
);
const filters = fc.record(
  {
    severity: fc.constantFrom(...SEVERITIES),
    category: fc.nat(100),
    region: fc.constantFrom(...REGIONS),
    account: fc.constantFrom(...ACCOUNTS),
    page: fc.integer({ min: 1, max: 8 }),
  },
  { requiredKeys: ["page"] },
);

function findingOf({ severity, check, region, account, state, age }: Sketch, n: number): Finding {
  const checkId = ids[check % ids.length] ?? listed().finding.checkId;
  const ref = { ...refOf(`bucket-${n}`), region, accountId: account };
  const status = state === "resolved" ? "resolved" : "open";
  const more: Partial<Finding> = { severity, ref, checkId, fingerprint: fingerprintOf(checkId, ref), openedAt: plus(NOW, -age * DAY) };
  return { ...listed(status, more).finding, watched: state === "retired" ? "retired" : "yes" };
}

const textOf = (value: unknown): string => JSON.stringify(value);
const open = (posture: Posture): Promise<Awaited<ReturnType<Posture["list"]>>> => posture.list({ statuses: ["open"] });

test("the summary, the Home tab, lists, exports and the command line agree about the same question at the same instant", async () => {
  await fc.assert(
    fc.asyncProperty(sketches, filters, async (drawn, { category, ...rest }) => {
      const findings = drawn.map(findingOf);
      const suppressions = findings.flatMap((finding, n) =>
        drawn[n]?.state === "suppressed"
          ? [suppressionOf(finding, { id: `s-${n}`, from: plus(NOW, -DAY), expiresAt: plus(NOW, DAY) })]
          : [],
      );
      const named = category === undefined ? undefined : categories[category % categories.length];
      const filter: HomeFilter = { ...rest, ...(named !== undefined && { category: named }) };
      const desk = await deskWith({ slack, folder, findings, suppressions });
      const { posture } = desk;
      try {
        const building = { desk, links: new Links(), owned: () => Promise.resolve([]), picture: () => Promise.resolve(null) };
        const summary = await posture.summary();
        const model = await homeModel(building, "U0NOBODY", filter, null);
        const view = textOf(homeView(model));

        // All that is open, by severity.
        const all = await open(posture);
        const bySeverity = Object.fromEntries(SEVERITIES.map((it) => [it, all.filter(({ finding }) => finding.severity === it).length]));
        expect(summary.open).toEqual(bySeverity);
        expect(model.summary.open).toEqual(bySeverity);
        const says = all.length === 0 ? "nothing open" : `${all.length} open finding`;
        expect(summaryMessage(summary, null).text).toContain(says);
        expect(view).toContain(`Posture: ${says}`);

        // What the filter wants, one page after the other.
        const asked = askedOf(filter);
        const wanted = await posture.list(asked); // what `posture findings --format json` prints
        expect(model.page.total).toBe(wanted.length);
        expect(view).toContain(`Findings: ${wanted.length === 0 ? "none" : pageWords(model.page)} (`);
        const paged: string[] = [];
        for (let page = 1; page <= model.page.pages; page += 1) {
          const { findings: rows } = await homeModel(building, "U0NOBODY", { ...filter, page }, null);
          paged.push(...rows.map((row) => row.listed.id));
        }
        expect(paged).toEqual(wanted.map(({ id }) => id));

        // The same in a list of the channel, and in a file.
        const { severity, region, account } = filter;
        const words = [severity, named, region && `region=${region}`, account && `account=${account}`].filter(Boolean).join(" ");
        const list = (await answerTo(desk, "findings", words, "U0ANA"))?.text ?? "";
        // Without a sweep no region and no account is known but those of findings.
        if (wanted.length > 0) expect(list).toMatch(new RegExp(`of ${wanted.length} \\(`));
        const { rows, ...said } = await posture.leaving(asked);
        let file = "";
        for await (const piece of exported("json", rows, { ...said, version: "0" })) file += piece;
        expect([...file.matchAll(/"fingerprint": ?"/g)]).toHaveLength(wanted.length);
        expect(SEVERITIES.reduce((sum, it) => sum + said.counts[it], 0)).toBe(wanted.length);
      } finally {
        await posture.close();
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
