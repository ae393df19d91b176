import { globSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { payloadsOf } from "./payloads.test.fixture.ts";
import { textsOf } from "./world.test.fixture.ts";

/* That nothing which Slack is sent is left out of the payloads that are made of hostile texts. */

const source = join(import.meta.dirname, "..");
const files = globSync("**/*.ts", { cwd: source }).filter((file) => !file.includes(".test."));
const VIEWS = /^(?:views\/\w+|home\/(?:view|listing|rows))\.ts$/;
const textOf = (file: string): string => readFileSync(join(source, file), "utf8");

/** By file, the functions that were called while it ran. */
async function calledBy(run: () => void): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    run();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const names = ({ functions }: (typeof result)[number]): string[] =>
      functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map(({ functionName }) => functionName);
    return new Map(result.map((script) => [script.url, new Set(names(script))]));
  } finally {
    session.disconnect();
  }
}

test("each function of the views, and of the Home tab, has its part in a payload", async () => {
  const called = await calledBy(() => {
    for (const texts of [
      ["*a*", "<@U0EVIL>", "x".repeat(2000), ""],
      ["a", "b", "c"],
    ])
      payloadsOf(textsOf(texts));
  });
  const views = files.filter((file) => VIEWS.test(file));
  const left = views.flatMap((file) => {
    const there = called.get(pathToFileURL(join(source, file)).href) ?? called.get(join(source, file)) ?? new Set();
    const all = [...textOf(file).matchAll(/^(?:export )?function (\w+)/gm)].flatMap(([, name]) => name ?? []);
    return all.filter((name) => !there.has(name)).map((name) => `${file}: ${name}`);
  });
  expect(views.length).toBeGreaterThan(35);
  expect(left).toEqual([]);
});

test("nobody else makes blocks: others hand on what a view has made", () => {
  const others = files.filter((file) => !VIEWS.test(file));
  const makes = /blocks: \[(?!\]|\.\.\.)|type: "(?:section|context|header|actions|input|rich_text\w*|mrkdwn|plain_text)"|\btitle: plain\(/;
  expect(others.filter((file) => makes.test(textOf(file)))).toEqual([]);
  const makers = /import \{[^}]*\b(?:rich|section|header|note|words|row|button|link|literal|plain)\b[^}]*\} from "[./]+views\/parts\.ts"/;
  expect(others.filter((file) => makers.test(textOf(file)))).toEqual([]);
});
