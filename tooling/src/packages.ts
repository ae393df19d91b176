import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { z } from "zod";
import type { PackageFacts } from "./edges.ts";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: Names, devDependencies: Names, peerDependencies: Names });

/** Every package of the workspace, with what its package.json names and what its files import. */
export function readPackages(root: string): readonly PackageFacts[] {
  const manifests = globSync(["packages/*/package.json", "apps/*/package.json", "examples/*/package.json", "tooling/package.json"], {
    cwd: root,
  });
  return manifests.toSorted().map((manifest) => {
    const folder = join(root, dirname(manifest));
    const { dependencies, devDependencies, peerDependencies } = Manifest.parse(JSON.parse(readFileSync(join(root, manifest), "utf8")));
    const files = globSync("src/**/*.ts", { cwd: folder });
    const imports = files.flatMap((file) =>
      importsOf(file, readFileSync(join(folder, file), "utf8")).map((specifier) => ({ file, specifier })),
    );
    return {
      name: basename(folder),
      dependencies: Object.keys({ ...dependencies, ...peerDependencies }),
      devDependencies: Object.keys(devDependencies),
      imports,
    };
  });
}

/**
 * What a file imports: statically, dynamically, for its types only, or to export it again. What a dynamic import computes stays unseen.
 * @throws {Error} when it cannot be parsed.
 */
export function importsOf(file: string, source: string): readonly string[] {
  const { module, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, specifier] = /^["'`]([^"'`$]+)["'`]$/.exec(source.slice(start, end)) ?? [];
    return specifier === undefined ? [] : [specifier];
  });
  const reexported = module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []));
  return [...new Set([...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reexported, ...dynamic])];
}
