import { describe, expect, it } from "vitest";
import { circleIn, EDGES, offencesOf, type PackageFacts } from "./edges.ts";
import { importsOf, readPackages, ROOT } from "./packages.ts";

const facts = (name: string, some: Partial<PackageFacts>): PackageFacts => ({
  name,
  dependencies: [],
  devDependencies: [],
  imports: [],
  ...some,
});
const imports = (name: string, file: string, source: string): readonly string[] =>
  offencesOf([facts(name, { imports: importsOf(file, source).map((specifier) => ({ file, specifier })) })], EDGES);

describe("this repository", () => {
  const packages = readPackages(ROOT);
  it("has its packages read", () =>
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["core", "cli", "slack-bot", "tooling"])));
  it("has their imports read", () => expect(packages.find(({ name }) => name === "engine")?.imports.length).toBeGreaterThan(10));
  it("follows the table of edges", () => expect(offencesOf(packages, EDGES)).toEqual([]));
  it("has no circle in the table", () => expect(circleIn(EDGES)).toEqual([]));
});

describe("the table of edges catches", () => {
  it("a dependency against the arrows", () =>
    expect(offencesOf([facts("core", { dependencies: ["@posture/engine"] })], EDGES)).toEqual(["core depends on @posture/engine"]));
  it("a development dependency against the arrows", () =>
    expect(offencesOf([facts("engine", { devDependencies: ["@posture/runtime"] })], EDGES)).toEqual([
      "engine depends on @posture/runtime in development",
    ]));
  it("a package that nobody thought about", () =>
    expect(offencesOf([facts("newcomer", {})], EDGES)[0]).toMatch("newcomer is not in the table"));
  it.each([
    ["an import", 'import { sweep } from "@posture/engine";'],
    ["an import of types", 'import type { Sweep } from "@posture/engine";'],
    ["something exported again", 'export * from "@posture/engine";'],
    ["a dynamic import", 'export const later = () => import("@posture/engine");'],
    ["a part of a package", 'import { x } from "@posture/engine/part";'],
  ])("%s", (_, source) =>
    expect(imports("core", "src/a.ts", source)).toEqual([expect.stringMatching(/^core\/src\/a\.ts imports @posture\/engine/)]),
  );
  it("the bot in the command line", () => expect(imports("cli", "src/a.ts", 'import "@posture/slack-bot";')).toHaveLength(1));
  it("the AWS SDK outside of the packages that read AWS", () =>
    expect(imports("engine", "src/a.ts", 'import { S3Client } from "@aws-sdk/client-s3";')).toHaveLength(1));
  it("a library in core", () => expect(imports("core", "src/a.ts", 'import pino from "pino";')).toHaveLength(1));
  it("a way past the package's own folder", () =>
    expect(imports("cli", "src/a.ts", 'import { x } from "../../slack-bot/src/x.ts";')).toEqual([
      "cli/src/a.ts imports ../../slack-bot/src/x.ts, past its own folder",
    ]));
  it("what only tests may use, outside of them", () => {
    const source = 'import { checkTester } from "@posture/testing";';
    expect(imports("plugin-s3", "src/a.test.ts", source)).toEqual([]);
    expect(imports("plugin-s3", "src/a.ts", source)).toHaveLength(1);
  });
  it("a circle", () => expect(circleIn({ a: { uses: ["b"] }, b: { uses: ["c"] }, c: { uses: ["b"] } })).toEqual(["b", "c", "b"]));
});
