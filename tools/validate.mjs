// Everything that has to hold before a change lands, in one command. `--no-test` leaves out the tests.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, resolve } from "node:path";
import { globSync, readFileSync } from "node:fs";

const node = process.execPath;
const bin = (name) => resolve("node_modules/.bin", name);
const STEPS = [
  { name: "types", commands: [[bin("tsc"), "-b"]] },
  { name: "lint", commands: [[bin("oxlint"), "--type-aware", "--deny-warnings"]], mend: "`pnpm lint --fix` mends some of it" },
  { name: "format", commands: [[bin("oxfmt"), "--check"]], mend: "`pnpm format` mends it" },
  { name: "unused code", commands: [[bin("knip")]] },
  { name: "manifests", commands: [[bin("sherif")]] },
  {
    name: "generated docs",
    commands: [[node, "--conditions=@posture/source", "tooling/src/docs/main.ts", "--check"]],
    mend: "`pnpm docs:generate` mends it",
  },
  { name: "bundles", commands: [[node, "tools/bundle.mjs"]] },
  { name: "bundles run", commands: [[node, "--conditions=@posture/source", "tools/try-bundle.mjs"]] },
  {
    name: "packages",
    commands: published().flatMap((folder) => [
      [bin("publint"), folder, "--strict"],
      [bin("attw"), "--pack", folder, "--profile", "esm-only", "--quiet"],
    ]),
  },
  { name: "tests", commands: [[node, "node_modules/vitest/vitest.mjs", "run"]], isTest: true },
];

if (!process.env.npm_config_user_agent?.startsWith("pnpm")) {
  console.error("Run it as `npx -y pnpm@12 validate`: some steps need pnpm at hand.");
  process.exit(1);
}

const wanted = STEPS.filter(({ isTest }) => !(isTest && process.argv.includes("--no-test")));
const results = [];
for (const step of wanted) results.push(await take(step));

const failed = results.filter(({ ok }) => !ok);
console.log(
  `\n${results.length - failed.length} of ${results.length} hold, in ${seconds(results.reduce((sum, { took }) => sum + took, 0))}.`,
);
for (const { name, mend } of failed) console.log(`✗ ${name}${mend ? `: ${mend}` : ""}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function take({ name, commands, mend }) {
  const begun = performance.now();
  const outputs = await inTurn(commands);
  const took = performance.now() - begun;
  const wrong = outputs.filter(({ ok }) => !ok);
  console.log(`${wrong.length > 0 ? "✗" : "✓"} ${name.padEnd(18)} ${seconds(took).padStart(8)}`);
  for (const { text } of wrong) console.log(text.trimEnd().replaceAll(/^/gm, "    "));
  return { name, mend, took, ok: wrong.length === 0 };
}

/** A few at a time; all of them, so that one look shows everything that is wrong. */
async function inTurn(commands) {
  const left = commands.map((command, at) => ({ command, at }));
  const outputs = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) outputs[next.at] = await run(next.command);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outputs;
}

function run([command, ...words]) {
  return new Promise((done) => {
    const env = { ...process.env, PATH: `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: "1" };
    const child = spawn(command, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("error", (error) => done({ ok: false, text: String(error) }));
    child.on("close", (code) => done({ ok: code === 0, text }));
  });
}

/** The folders of the packages that go to npm. */
function published() {
  return globSync(["packages/*/package.json", "apps/*/package.json"])
    .filter((file) => !JSON.parse(readFileSync(file, "utf8")).private)
    .map((file) => resolve(file, ".."))
    .toSorted();
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
