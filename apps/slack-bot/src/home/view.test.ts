import { SEVERITIES } from "@posture/core";
import type { HomeView } from "@slack/types";
import { startSlack } from "@posture/sandbox/slack";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, listed, refOf, summaryOf } from "../finding.test.fixture.ts";
import { problemsOf } from "../views/limits.ts";
import { pageOf } from "../views/pages.ts";
import { sentence } from "../views/words.ts";
import { decodeFilter, type HomeFilter } from "./codec.ts";
import type { HomeModel } from "./model.ts";
import { homeOf, rowsOf } from "./model.test.fixture.ts";
import { homeView, refusedHome } from "./view.ts";

const text = (view: HomeView): string => JSON.stringify(view.blocks);
const actionsIn = (view: HomeView): readonly string[] => [...text(view).matchAll(/"action_id":"(home_\w+)"/g)].map(([, id = ""]) => id);
const WHOLE = { complete: 3, total: 3, incomplete: [] };
const NOTHING = { critical: 0, high: 0, medium: 0, low: 0 };

describe("the Home tab", () => {
  test("says what is open in a number, a mark and a word for each severity", () => {
    for (const [severity, mark] of Object.entries({ Critical: "🔴", High: "🟠", Medium: "🟡", Low: "🔵" }))
      expect(text(homeView(homeOf()))).toContain(`${mark} *${severity}*`);
  });

  test("says that nothing is open without a reservation only where everything was read", () => {
    const nothing = (more: object, trouble: string | null = null): string =>
      text(
        homeView(
          homeOf({ summary: summaryOf({ open: NOTHING, oldestCriticals: [], ...more }), trouble, page: pageOf(0, 1), findings: [] }),
        ),
      );
    const sweep = {
      id: "s",
      begunAt: AT,
      finishedAt: AT,
      accounts: [],
      coverage: [],
      calls: 1,
      undecided: [],
      unread: [],
      held: [],
      baseline: false,
    };
    expect(nothing({ lastSweep: sweep, coverage: WHOLE })).toContain('Posture: nothing open"');
    expect(nothing({ lastSweep: sweep, coverage: WHOLE })).toContain('No open finding matches."');
    for (const said of [nothing({ lastSweep: null }), nothing({ lastSweep: sweep, coverage: WHOLE }, "AWS cannot be reached")])
      expect(said).toContain("nothing open that could be read");
    expect(nothing({ lastSweep: null })).toContain("No sweep has finished yet, so nothing is known.");
  });

  test.each([
    ["a viewer", { open: false, export: false, approve: false, decline: false }, []],
    ["a responder", { open: true, export: false, approve: false, decline: false }, ["home_open"]],
    ["an analyst", { open: true, export: true, approve: false, decline: false }, ["home_open", "home_export_csv", "home_export_json"]],
    [
      "one who may decline only",
      { open: true, export: true, approve: false, decline: true },
      ["home_open", "home_export_csv", "home_export_json", "home_decline"],
    ],
    [
      "an approver",
      { open: true, export: true, approve: true, decline: true },
      ["home_open", "home_export_csv", "home_export_json", "home_approve", "home_decline"],
    ],
  ])("has no button for %s that they may not press", (_, may, buttons) => {
    const approvals = may.approve || may.decline ? { total: 1, first: [waiting()] } : null;
    const view = homeView(homeOf({ may, approvals }));
    const pressed = new Set(actionsIn(view).filter((id) => !/severity|category|region/.test(id)));
    expect([...pressed].toSorted()).toEqual([...buttons].toSorted());
    expect(text(view).includes("My approvals")).toBe(approvals !== null);
  });

  test("leads to the message of a finding where there is one, whoever looks", () => {
    const [row] = rowsOf(1);
    if (!row) throw new Error("there is no row");
    const link = "https://example.slack.com/archives/C1/p1";
    const may = { open: false, export: false, approve: false, decline: false };
    const view = homeView(homeOf({ may, findings: [{ ...row, link }], oldest: [] }));
    expect(view.blocks.flatMap((block) => ("accessory" in block ? [block.accessory] : []))).toMatchObject([
      { url: link, action_id: "home_link" },
    ]);
  });

  test("shows which of its menus is narrowed, and offers to clear them", () => {
    const filter: HomeFilter = { severity: "high", region: "eu-west-1", page: 1 };
    const view = homeView(homeOf({ filter }));
    expect(text(view)).toContain("(open · high · eu-west-1)");
    expect(actionsIn(view)).toContain("home_clear");
    expect(decodeFilter(view.private_metadata)).toEqual(filter);
    expect(actionsIn(homeView(homeOf()))).not.toContain("home_clear");
  });

  test("asks for an account only where there are several", () => {
    expect(actionsIn(homeView(homeOf()))).not.toContain("home_account");
    const accounts = [
      { id: "111122223333", name: "shop" },
      { id: "444455556666", name: null },
    ];
    const view = homeView(homeOf({ choices: { ...homeOf().choices, accounts } }));
    expect(actionsIn(view)).toContain("home_account");
    expect(text(view)).toContain("shop (111122223333)");
  });

  test("of who may not see it says who can, and has nothing to press", () => {
    const view = refusedHome({ message: sentence("Only full members of this workspace may open the Home tab."), text: "" });
    expect(text(view)).toContain("Only full members");
    expect(actionsIn(view)).toEqual([]);
  });
});

/** As long and as hostile as AWS and people can make them. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom("<!channel> <@U1> *b* _i_ `c` &amp;", "\u202egpj.exe", "x".repeat(3000), "👩‍👩‍👧‍👦".repeat(300), "", "\n\n\n"),
);
const manyModels = fc
  .record({
    name: hostile,
    title: hostile,
    region: hostile,
    store: hostile,
    trouble: fc.option(hostile),
    total: fc.integer({ min: 0, max: 10_000 }),
    page: fc.integer({ min: 1, max: 1001 }),
    choices: fc.integer({ min: 0, max: 300 }),
    severity: fc.constantFrom(...SEVERITIES),
  })
  .map(({ name, title, region, store, trouble, total, page: wanted, choices, severity }): HomeModel => {
    const page = pageOf(total, wanted);
    const ref = { ...refOf(), name, region };
    const words = Array.from({ length: choices }, (_, i) => `${region.slice(0, 40)}-${i}`);
    const rows = (count: number): HomeModel["findings"] => rowsOf(count, severity, { ref, title });
    return homeOf({
      summary: summaryOf({ undecided: Array.from({ length: 10 }, () => undecided(name)) }),
      trouble,
      unspoken: Array.from({ length: 20 }, () => name),
      said: { text: "x", blocks: Array.from({ length: 20 }, () => sentence(name).blocks).flat() },
      filter: { severity, region: "eu-central-9", page: page.number },
      choices: { categories: words, regions: words, accounts: words.map((_, i) => ({ id: String(i).padStart(12, "0"), name })) },
      page,
      findings: rows(page.total === 0 ? 0 : page.to - page.from + 1),
      oldest: rows(5),
      mine: { total, first: rows(5) },
      approvals: { total: 50, first: Array.from({ length: 5 }, () => ({ ...waiting(name), about: name })) },
      store,
    });
  });

function waiting(justification = "A public website, reviewed."): NonNullable<HomeModel["approvals"]>["first"][number] {
  const pending = {
    suppressionId: "s-1",
    by: { kind: "user", id: "U1", via: "slack" },
    expiresAt: AT,
    justification,
    basis: "by-design",
    later: false,
  } as const;
  return { about: "A bucket", pending };
}
function undecided(name: string): HomeModel["summary"]["undecided"][number] {
  const { finding } = listed();
  return { checkId: finding.checkId, ref: { ...finding.ref, name }, reason: "denied", missing: [], detail: name };
}

describe("with 10,000 findings and names that nobody would choose, the Home tab", () => {
  test("is within Slack's limits, and each text is one that Slack shows to the letter", () => {
    fc.assert(
      fc.property(manyModels, (model) => {
        const view = homeView(model);
        expect(problemsOf(view.blocks, "home")).toEqual([]);
        expect(JSON.stringify(view).length).toBeLessThan(250_000);
        const marked = view.blocks.flatMap((block) => ("elements" in block || "text" in block ? mrkdwnIn(block) : []));
        expect(marked.filter((it) => it.includes("<!channel>"))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("is taken by Slack's own rules", async () => {
    const slack = await startSlack({});
    try {
      await slack.openHome().catch(() => {});
      for (const model of fc.sample(manyModels, 25)) {
        const response = await fetch(`${slack.apiUrl}views.publish`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${slack.botToken}` },
          body: JSON.stringify({ user_id: "U0", view: homeView(model) }),
        });
        const answer: unknown = await response.json();
        // Of nobody: the view was judged before.
        expect(answer).toMatchObject({ error: "user_not_found" });
      }
    } finally {
      await slack.close();
    }
  });
});

function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === "mrkdwn" && "text" in value && typeof value.text === "string" ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}
