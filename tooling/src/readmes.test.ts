import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ROOT } from "./packages.ts";

vi.setConfig({ testTimeout: 30_000 });
const folders = globSync(["packages/*/package.json", "apps/*/package.json", "examples/*/package.json", "tooling/package.json"], {
  cwd: ROOT,
})
  .map(dirname)
  .toSorted();

/** The programs of a page: its blocks of TypeScript that import what they use. The others are fragments. */
function programsOf(page: string): readonly string[] {
  const file = join(ROOT, page);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code).filter((code) => code.startsWith("import "));
}

/** Plugins are shown as their users write them, so they run where all packages are. */
function whereItRuns(folder: string): string {
  return join(ROOT, folder.startsWith("packages/plugin-") ? "packages/runtime" : folder);
}

describe("every package", () => {
  it.each(folders)("%s has a README", (folder) => expect(existsSync(join(ROOT, folder, "README.md"))).toBe(true));
});

describe("the program in a README runs", () => {
  const programs = folders.flatMap((folder) => programsOf(join(folder, "README.md")).map((code) => ({ folder, code })));
  it("at least in the packages that are published", () => expect(new Set(programs.map(({ folder }) => folder)).size).toBeGreaterThan(5));
  it.each(programs)("$folder", ({ folder, code }) => {
    const { status, stderr } = run(code, whereItRuns(folder));
    expect(status, stderr).toBe(0);
  });
});

describe("a configuration of a guide works in a clone, whose file stands at the root", () => {
  const pages = globSync("docs/guide/*.md", { cwd: ROOT }).toSorted();
  const programs = pages.flatMap((page) => programsOf(page).map((code, i) => ({ name: `${page}, ${i + 1}`, code })));
  const [ours, others] = [programs.filter(({ code }) => !code.includes(STRANGER)), programs.filter(({ code }) => code.includes(STRANGER))];
  it("of all that there are", () => expect([ours.length > 5, others.length]).toEqual([true, 1]));
  it.each(ours)("$name", ({ code }) => {
    const judged = code.replace("export default defineConfig", "const config = defineConfig");
    expect(judged).not.toBe(code);
    const { status, stderr } = run(
      `import { resolveConfig } from "@posture/config";\n${judged}\nresolveConfig(config, await defaults(), null);\n${DEFAULTS}`,
      ROOT,
    );
    expect(status, stderr).toBe(0);
  });
});

/** A plugin that nobody has published. */
const STRANGER = "posture-plugin-acme";
const DEFAULTS = `async function defaults() {
  const names = ["encryption", "iam", "s3", "security-groups", "tagging"];
  return (await Promise.all(names.map((name) => import("@posture/plugin-" + name)))).map((it) => it.default);
}`;

function run(code: string, cwd: string): { readonly status: number | null; readonly stderr: string } {
  const words = ["--conditions=@posture/source", "--input-type=module-typescript", "--eval", code];
  return spawnSync(process.execPath, words, { cwd, encoding: "utf8" });
}
