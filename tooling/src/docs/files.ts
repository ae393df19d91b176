import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scanJsonSchema } from "@posture/cli/scan-schema";
import { dayJsonSchema, presentJsonSchema, summaryJsonSchema } from "@posture/cli/summary-schema";
import { exportJsonSchema } from "@posture/export/schema";
import { firstPartyPlugins } from "@posture/runtime";
import { worldJsonSchema } from "@posture/sandbox/aws";
import { eventFiles } from "./event-path.ts";
import { examplesIn } from "./examples.ts";
import { pagesOf, readmeWith, renewed } from "./pages.ts";
import { manifestFiles, scopesTable } from "./slack-app.ts";

const SLACK_GUIDE = "docs/guide/slack.md";

/** What the generated documentation should be, by path below the root of the repository. */
export function wantedFiles(root: string): ReadonlyMap<string, string> {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const guide = readFileSync(join(root, SLACK_GUIDE), "utf8");
  const pages = [...pagesOf(firstPartyPlugins, examplesIn(root))].map(([path, text]) => [`docs/${path}`, text] as const);
  return new Map([
    [
      "README.md",
      readmeWith(
        readme,
        firstPartyPlugins.flatMap(({ checks }) => checks),
      ),
    ],
    ...pages,
    [SLACK_GUIDE, renewed(SLACK_GUIDE, guide, "scopes", scopesTable())],
    ...manifestFiles(),
    ...eventFiles(firstPartyPlugins),
    ["docs/export.schema.json", exportJsonSchema()],
    ["docs/scan.schema.json", scanJsonSchema()],
    ["docs/summary.schema.json", summaryJsonSchema()],
    ["docs/summary-of.schema.json", presentJsonSchema()],
    ["docs/summary-day.schema.json", dayJsonSchema()],
    ["packages/sandbox/world.schema.json", worldJsonSchema()],
  ]);
}

/** Which files are missing, differ, or belong to a check that is no more. */
export function staleFiles(root: string, wanted: ReadonlyMap<string, string>): readonly string[] {
  const differs = [...wanted].filter(([path, text]) => readIfThere(join(root, path)) !== text).map(([path]) => path);
  return [...differs, ...leftOver(root, wanted)];
}

export function writeFiles(root: string, wanted: ReadonlyMap<string, string>): void {
  for (const path of leftOver(root, wanted)) rmSync(join(root, path));
  for (const [path, text] of wanted) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function leftOver(root: string, wanted: ReadonlyMap<string, string>): readonly string[] {
  return globSync("docs/checks/**/*.md", { cwd: root }).filter((path) => !wanted.has(path));
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
