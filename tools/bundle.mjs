// One bundle per app, in dist/bundle: the AWS SDK alone is thousands of files, and reading them is most of a start.
// Worker threads are entries too: a bundle finds them beside itself, as the sources do.
import { cpSync, rmSync } from "node:fs";
import { build } from "esbuild";

const OUT = "dist/bundle";
const ENTRIES = {
  posture: "apps/cli/src/main.ts",
  bot: "apps/slack-bot/src/main.ts",
  worker: "packages/runtime/src/worker.ts",
  drawing: "packages/chart/src/drawing.ts",
};

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
// What the demo's parts read from beside themselves.
const PARTS = "packages/sandbox/node_modules";
cpSync(`${PARTS}/emulate/dist/fonts`, `${OUT}/fonts`, { recursive: true, dereference: true });
cpSync(`${PARTS}/slack-blocks-to-jsx/dist/style.css`, `${OUT}/slack-blocks-to-jsx.css`);
// What the pictures of the trend are drawn with.
const DRAWN_WITH = "packages/chart/node_modules";
for (const asset of ["@resvg/resvg-wasm/index_bg.wasm", "dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"])
  cpSync(`${DRAWN_WITH}/${asset}`, `${OUT}/${asset.slice(asset.lastIndexOf("/") + 1)}`, { dereference: true });
for (const [out, { bytes, entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint && Object.values(ENTRIES).includes(entryPoint)) console.log(`${out} ${Math.round(bytes / 1024)} KB`);
}
