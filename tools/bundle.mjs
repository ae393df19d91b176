// One bundle per app, in dist/bundle or the folder that is named: the AWS SDK alone is thousands of files, and reading them is most of a start.
// Worker threads are entries too: a bundle finds them beside itself, as the sources do.
// So are the packages that a configuration may import: it finds them in `node_modules` beside the bundle, and they are the program's own.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = process.argv[2] ?? "dist/bundle";
const ENTRIES = {
  posture: "apps/cli/src/main.ts",
  bot: "apps/slack-bot/src/main.ts",
  worker: "packages/runtime/src/worker.ts",
  drawing: "packages/chart/src/drawing.ts",
};
/** What `posture.config.ts` and plugins import. */
const IMPORTED = [
  "core",
  "config",
  "resources-aws",
  "plugin-encryption",
  "plugin-iam",
  "plugin-s3",
  "plugin-security-groups",
  "plugin-tagging",
];
const manifests = IMPORTED.map((name) => JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8")));
for (const { name, exports } of manifests)
  for (const [path, conditions] of entriesOf(exports))
    ENTRIES[`node_modules/${name}/${fileOf(path)}`] = `packages/${name.split("/")[1]}/${conditions["@posture/source"]}`;

function entriesOf(exports) {
  return Object.entries(exports).filter(([, conditions]) => typeof conditions === "object");
}
function fileOf(path) {
  return path === "." ? "index" : path.slice(2);
}

rmSync(OUT, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ENTRIES,
  outdir: OUT,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node24",
  conditions: ["@posture/source"],
  mainFields: ["module", "main"],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  // CommonJS inside of an ESM bundle still asks for Node's own modules by require.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
  metafile: true,
  logLevel: "warning",
});
for (const { name, version, license, exports } of manifests) {
  const files = Object.fromEntries(entriesOf(exports).map(([path]) => [path, `./${fileOf(path)}.js`]));
  const manifest = { name, version, license, type: "module", exports: { ...files, "./package.json": "./package.json" } };
  writeFileSync(`${OUT}/node_modules/${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
// What the demo's parts read from beside themselves.
const PARTS = "packages/sandbox/node_modules";
cpSync(`${PARTS}/emulate/dist/fonts`, `${OUT}/fonts`, { recursive: true, dereference: true });
cpSync(`${PARTS}/slack-blocks-to-jsx/dist/style.css`, `${OUT}/slack-blocks-to-jsx.css`);
// What the pictures of the trend are drawn with.
const DRAWN_WITH = "packages/chart/node_modules";
for (const asset of ["@resvg/resvg-wasm/index_bg.wasm", "dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"])
  cpSync(`${DRAWN_WITH}/${asset}`, `${OUT}/${asset.slice(asset.lastIndexOf("/") + 1)}`, { dereference: true });
expectQuickStart([ENTRIES.posture, "apps/cli/src/output.ts"]);
for (const [out, { bytes, entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint && !out.includes("node_modules") && Object.values(ENTRIES).includes(entryPoint))
    console.log(`${out} ${Math.round(bytes / 1024)} KB`);
}

/** What a command line loads before it knows what is asked of it, and to print an answer, as each press of the tab key does. In bytes; zod alone is more. */
function expectQuickStart(entryPoints) {
  const most = 200_000;
  const loaded = new Set();
  const load = (out) => {
    if (loaded.has(out)) return;
    loaded.add(out);
    for (const { path, kind } of metafile.outputs[out].imports) if (kind === "import-statement" && metafile.outputs[path]) load(path);
  };
  for (const [out, { entryPoint }] of Object.entries(metafile.outputs)) if (entryPoints.includes(entryPoint)) load(out);
  const bytes = [...loaded].reduce((sum, out) => sum + metafile.outputs[out].bytes, 0);
  if (bytes <= most) return;
  const inputs = [...loaded].flatMap((out) => Object.entries(metafile.outputs[out].inputs));
  const largest = inputs.toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 5);
  throw new Error(
    `the command line loads ${bytes} bytes at its start, and may load ${most}: above all ${largest.map(([path]) => path).join(", ")}`,
  );
}
