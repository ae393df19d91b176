import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exported } from "../exported.ts";
import type { ExportContext, ExportRow } from "../row.ts";
import {
  ASSIGNEE,
  COMPLETE,
  CONTEXT,
  EVERY_KIND,
  HOSTILE,
  HOSTILE_CONTEXT,
  HOSTILE_ROWS,
  NOTHING_OPEN,
  row,
  streamOf,
  textOf,
} from "../rows.test.fixture.ts";
import { escapeHtml, html, link } from "./html.ts";

const pageOf = (rows: readonly ExportRow[], context: ExportContext = CONTEXT): Promise<string> =>
  textOf(exported("html", streamOf(rows), context)).then((page) => page.replaceAll("> <", "><"));
const tagsOf = (page: string): readonly string[] =>
  [...new Set([...page.matchAll(/<\/?([a-z!][\w-]*)/gi)].map(([, name = ""]) => name.toLowerCase()))].toSorted();

describe("markup", () => {
  it("escapes every value, in text and in attributes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE)), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
      }),
    );
  });
  it("escapes once", () => expect(html`<p>${["a<b", "c"].map((it) => html`<b>${it}</b>`)}</p>`.text).toBe("<p><b>a&lt;b</b><b>c</b></p>"));
  it("leaves out what is not there", () => expect(html`a${null}b${false}c${[]}d${0}`.text).toBe("abcd0"));
  it("writes out what would turn the direction", () => expect(escapeHtml("\u202Egnp.exe")).toBe(String.raw`\u202egnp.exe`));
});

describe("a link", () => {
  it.each(["https://docs.aws.amazon.com/a?b=c&d=e#f", "https://eu-west-1.console.aws.amazon.com/s3/buckets/a%20b"])(
    "leads to %s",
    (address) => expect(link(address, "x").text).toContain(`<a href="${address.replaceAll("&", "&amp;")}"`),
  );
  it.each([
    "javascript:alert(1)",
    "http://example.com/",
    "https://",
    "https:example.com",
    "https://user@example.com/",
    "data:text/html,x",
    'https://example.com/"onclick="alert(1)',
    "",
  ])("never leads to %j", (address) => expect(link(address, "x").text).not.toContain("href"));
});

describe("the page", () => {
  it("has the same elements, whatever the findings are called", async () => {
    const plain = await pageOf([
      ...EVERY_KIND,
      row({ finding: { message: { id: "m", text: "x", evidence: { a: "x", b: {} }, notes: ["x"] } } }),
    ]);
    expect(tagsOf(await pageOf(HOSTILE_ROWS, HOSTILE_CONTEXT)).filter((tag) => !tagsOf(plain).includes(tag))).toEqual([]);
  });
  it("says who sees to a finding, and can be filtered by it", async () => {
    const page = await pageOf([row({ finding: { assignee: ASSIGNEE } }), row()]);
    expect(page.match(/data-assignee="[^"]*"/g)).toEqual(['data-assignee="U024BE7LH"', 'data-assignee="none"']);
    expect(page.match(/<dt>Assigned<\/dt>\s*<dd>to <bdi>U024BE7LH<\/bdi> by <bdi>U0ANA0000<\/bdi>/g)).toHaveLength(1);
    expect(page).toContain('<select name="assignee">');
  });
  it("names nothing outside of itself but where links lead", async () => {
    const page = await pageOf(EVERY_KIND);
    const outside = [...page.matchAll(/[\w-]+="(?:https?:)?\/\/[^"]*"/g)].map(([it]) => it);
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.filter((it) => !it.startsWith('href="https://'))).toEqual([]);
    expect(page).not.toMatch(/\ssrc=|@import|url\((?!#)/);
  });
  it("allows its own script and style and nothing else", async () => {
    const page = await pageOf([]);
    expect(page).toContain("default-src 'none'; script-src 'sha256-");
    expect(page).toContain("form-action 'none'");
    expect(page).not.toContain("unsafe-inline");
    expect(page).not.toMatch(/\sstyle=|\son\w+=/);
  });
  it("names the page of all steps once, and that of one step beside it", async () => {
    const page = await pageOf([row()]);
    expect(page.match(/access-control-block-public-access\.html"/g)).toHaveLength(1);
    expect(page.match(/acl-overview\.html"[^>]*>more</g)).toHaveLength(1);
    const { docs } = row().check?.remediation ?? { docs: "" };
    const all = row({
      row: {
        check: { id: "a/b", title: "t", risk: "r", categories: [], frameworks: {}, remediation: { steps: [{ text: "s", docs }], docs } },
      },
    });
    expect((await pageOf([all])).match(/access-control-block-public-access\.html"/g)).toHaveLength(1);
  });
  it("says what was asked for", async () => {
    expect(await pageOf([])).toContain("severity: critical, high; region: eu-west-1");
    expect(await pageOf([], { ...CONTEXT, filter: {} })).toContain("everything");
  });
});

describe("what is said where nothing is open", () => {
  const CLEAR = "No finding is open, and everything that is watched could be read.";
  const said = (coverage: ExportContext["coverage"]): Promise<string> => pageOf([], { ...CONTEXT, counts: NOTHING_OPEN, coverage });

  it("is relief after a complete sweep", async () => expect(await said(COMPLETE)).toContain(CLEAR));
  it.each([
    ["a listing was incomplete", CONTEXT.coverage, "No finding is open among what could be read. Not everything could be."],
    ["a call failed in a complete listing", { ...COMPLETE, incomplete: ["denied"] }, "Not everything could be."],
    ["there was no sweep", { complete: 0, total: 0, incomplete: [] }, "Nothing is known yet: there was no sweep."],
  ])("is none if %s", async (_, coverage, text) => {
    const page = await said(coverage);
    expect(page).toContain(text);
    expect(page).not.toContain(CLEAR);
    expect(page).not.toContain("Everything that is watched could be read.");
  });
  it("is a warning if something is open and not all was read", async () =>
    expect(await pageOf([])).toContain("There may be more: not everything could be read."));
});

describe("the trend", () => {
  it("is there as a table, too", async () =>
    expect(await pageOf([])).toContain('<th scope="row">2026-11-24</th><td>2</td><td>5</td><td>4</td><td>1</td><td>12</td>'));
  it("is told in a sentence, in the picture for either ground", async () =>
    expect((await pageOf([])).split("Today 12 open: 2 critical, 5 high, 4 medium, 1 low.").length - 1).toBe(2));
  it("says so where there is none", async () => expect(await pageOf([], { ...CONTEXT, trend: [] })).toContain("There is no history yet."));
});
