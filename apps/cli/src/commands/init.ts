import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { configFileIn } from "@posture/config";
import { postureError } from "@posture/core";
import { firstPartyPlugins } from "@posture/runtime";
import { z } from "zod";
import { out } from "../colours.ts";
import { configurationFile, DEFAULT_WISHES, type SlackWishes, type Wishes } from "../configuration-file.ts";
import { nextText } from "../next-steps.ts";
import { printed } from "../output.ts";
import { printable } from "../printable.ts";

export interface InitOptions {
  /** Where to write; left out: the file that is taken where none is named. */
  readonly config?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** As shells count a Ctrl-C. */
const CANCELLED = 130;

/**
 * `posture init`. Answers the exit code.
 * @throws {PostureError} POSTURE_CONFIG_PRESENT, POSTURE_TERMINAL_NEEDED, POSTURE_OUTPUT_FAILED
 */
export async function init({ config, yes, force }: InitOptions): Promise<number> {
  const folder = resolve(".");
  const present = await configFileIn(folder);
  const file = config === undefined ? await placeIn(folder, present) : resolve(config);
  const inTheWay = config === undefined ? present : existsSync(file) ? file : null;
  if (!force && inTheWay !== null) throw postureError("POSTURE_CONFIG_PRESENT", { file: inTheWay });
  const wishes = yes ? DEFAULT_WISHES : await onTerminal();
  if (wishes === null) return CANCELLED;
  await writeFile(file, configurationFile(wishes), { flag: force ? "w" : "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw postureError("POSTURE_CONFIG_PRESENT", { file });
    throw postureError("POSTURE_OUTPUT_FAILED", { cause: error.message }, error);
  });
  const named = config === undefined ? "" : ` --config ${/\s/.test(config) ? JSON.stringify(config) : config}`;
  const steps = [
    { command: `posture doctor${named}`, does: "says whether everything is there, and which settings are in force" },
    { command: `posture scan${named}`, does: "the first sweep" },
    ...(wishes.slack === null ? [] : [{ command: manifestCommand(wishes.slack), does: "what the Slack app is made from" }]),
  ];
  await printed(printable(`${out.green("✓")} ${file} is written.\n\n${nextText(steps)}\n`));
  return 0;
}

function manifestCommand({ way }: SlackWishes): string {
  return `posture slack manifest ${way === "socket" ? "--socket" : "--url https://posture.example.com"}`;
}

async function onTerminal(): Promise<Wishes | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) throw postureError("POSTURE_TERMINAL_NEEDED", { command: "init" });
  const { asked } = await import("../questions.ts");
  return asked(
    firstPartyPlugins.flatMap((plugin) => plugin.checks),
    { input: stdin, output: stderr },
  );
}

const manifest = z.object({ type: z.string().optional() });

/** `.mts` where Node would otherwise take the file for CommonJS; one that is there and can hold TypeScript is written over. */
async function placeIn(folder: string, present: string | null): Promise<string> {
  if (present !== null && /\.m?ts$/.test(present)) return present;
  return join(folder, (await isModules(folder)) ? "posture.config.ts" : "posture.config.mts");
}

async function isModules(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
  if (text !== null) return manifest.safeParse(parsed(text)).data?.type === "module";
  return dirname(folder) === folder || isModules(dirname(folder));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
