import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definePlugin, ERRORS, SEVERITIES } from "@posture/core";
import { firstPartyPlugins } from "@posture/runtime";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../packages.ts";
import { staleFiles, wantedFiles, writeFiles } from "./files.ts";
import { prose, table, template } from "./markdown.ts";
import { pagesOf, readmeWith } from "./pages.ts";

const checks = firstPartyPlugins.flatMap((plugin) => plugin.checks);
const pages = pagesOf(firstPartyPlugins);

describe("the generated documentation", () => {
  it("is what the code says", () => {
    const stale = staleFiles(ROOT, wantedFiles(ROOT));
    expect(stale, "Run `pnpm docs:generate` and commit what it writes.").toEqual([]);
  });
  it("has a page for every check", () => expect(checks.map(({ id }) => pages.has(`checks/${id}.md`))).not.toContain(false));
  it("has every error", () => {
    const text = pages.get("errors.md") ?? "";
    expect(Object.keys(ERRORS).filter((code) => !text.includes(`## ${code}\n`))).toEqual([]);
  });
  it("links only to pages that there are", () => {
    const index = pages.get("checks/README.md") ?? "";
    const linked = [...index.matchAll(/\(\.\.\/(checks\/[^)]+)\)/g)].map(([, path]) => path ?? "");
    expect(linked).toHaveLength(checks.length);
    expect(linked.filter((path) => !pages.has(path))).toEqual([]);
  });
});

describe("the page of a check", () => {
  const text = pages.get("checks/s3/bucket-acl-public.md") ?? "";
  it.each([
    ["its title", "# Bucket ACL grants public read"],
    ["its severity", "| `s3/bucket-acl-public` | critical |"],
    ["what it finds, with the holes as code", "- The ACL of bucket `name` grants `grants`: `access` access is public."],
    ["the calls behind a facet", "| `acl` | `s3:GetBucketAcl` | only where"],
    ["the actions it needs", "- `s3:GetBucketAcl`"],
    ["the events after which it looks again", "`PutBucketAcl`"],
    ["where AWS explains it", "<https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>"],
    ["its controls", "| AWS Foundational Security Best Practices | S3.2, S3.3, S3.12 |"],
  ])("gives %s", (_, part) => expect(text).toContain(part));
  it("gives every parameter with default and meaning", () =>
    expect(pages.get("checks/s3/bucket-website-enabled.md")).toContain(
      "| `ignoreRedirectOnly` | `false` | Pass a bucket that only redirects to another host. |",
    ));
});

describe("every first-party check", () => {
  it.each(checks.map((check) => [check.id, check] as const))("%s explains each of its parameters", (id) => {
    const unexplained = /^\| `\w+` \| `.*` \| {2}\|$/m.exec(pages.get(`checks/${id}.md`) ?? "");
    expect(unexplained).toBeNull();
  });
  it("has one of the severities", () => expect(checks.filter(({ severity }) => !SEVERITIES.includes(severity))).toEqual([]));
});

describe("a stale file", () => {
  const root = mkdtempSync(join(tmpdir(), "docs-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const readme = "# P\n<!-- checks:begin -->\nold\n<!-- checks:end -->\nend\n";

  it("is found, whether it is missing, different or left over; and is mended", () => {
    writeFileSync(join(root, "README.md"), readme);
    mkdirSync(join(root, "docs/guide"), { recursive: true });
    writeFileSync(join(root, "docs/guide/slack.md"), "<!-- scopes:begin -->\n<!-- scopes:end -->\n");
    const wanted = wantedFiles(root);
    expect(staleFiles(root, wanted)).toHaveLength(wanted.size);
    writeFiles(root, wanted);
    expect(staleFiles(root, wantedFiles(root))).toEqual([]);
    writeFileSync(join(root, "docs/checks/s3/bucket-no-more.md"), "gone");
    writeFileSync(join(root, "docs/errors.md"), "edited by hand");
    expect(staleFiles(root, wanted)).toEqual(["docs/errors.md", "docs/checks/s3/bucket-no-more.md"]);
  });
  it("leaves the rest of the README alone", () => {
    expect(readmeWith(readme, [])).toMatch(/^# P\n<!-- checks:begin -->\n.*\n<!-- checks:end -->\nend\n$/s);
    expect(() => readmeWith("# P\n", [])).toThrow("checks:begin");
  });
});

describe("Markdown", () => {
  it("keeps stars and angle brackets as they are written", () =>
    expect(prose("allow s3:* on <bucket>, see `a*b`")).toBe(String.raw`allow s3:\* on \<bucket\>, see ` + "`a*b`"));
  it("shows holes as code", () => expect(template("on {arn}/*")).toBe("on `arn`/" + String.raw`\*`));
  it("keeps a bar inside its cell", () => expect(table(["a"], [["x|y"]])).toContain(String.raw`x\|y`));
  it("gives an index without checks too", () =>
    expect(pagesOf([definePlugin({ name: "none", namespace: "none", checks: [] })]).has("checks/README.md")).toBe(true));
});
