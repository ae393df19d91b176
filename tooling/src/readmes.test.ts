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

/** The programs of a README: its blocks of TypeScript that import what they use. The others are fragments. */
function programsOf(folder: string): readonly string[] {
  const file = join(ROOT, folder, "README.md");
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
  const programs = folders.flatMap((folder) => programsOf(folder).map((code) => ({ folder, code })));
  it("at least in the packages that are published", () => expect(new Set(programs.map(({ folder }) => folder)).size).toBeGreaterThan(5));
  it.each(programs)("$folder", ({ folder, code }) => {
    const words = ["--conditions=@posture/source", "--input-type=module-typescript", "--eval", code];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: whereItRuns(folder), encoding: "utf8" });
    expect(status, stderr).toBe(0);
  });
});
