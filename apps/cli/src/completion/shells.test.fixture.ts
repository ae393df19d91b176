import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { fileURLToPath } from "node:url";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, expect, onTestFinished, vi } from "vitest";
import { commandLine, KEYS } from "../process.test.fixture.ts";
import { SCRIPTS } from "./scripts.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A folder with a store that a sweep of the simulated AWS has filled, `posture` on the path, and every script. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** For all tests of a file; gone afterwards. */
export function sweptPlace(): () => Place {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "posture-completion-"));
    await mkdir(join(folder, "bin"));
    const wrapper = `#!/bin/sh\nexec "${process.execPath}" --conditions=@posture/source "${MAIN}" "$@"\n`;
    await writeFile(join(folder, "bin/posture"), wrapper, { mode: 0o755 });
    await writeFile(join(folder, "broken.config.ts"), "export default {");
    for (const [name, script] of Object.entries(SCRIPTS)) await writeFile(join(folder, `posture.${name}`), script);
    const aws = await startAws({});
    await commandLine(folder).run(["scan", "--quiet"], { ...KEYS, AWS_ENDPOINT_URL: aws.url });
    await aws.close();
  });
  afterAll(() => rm(folder, { recursive: true }));
  return () => {
    const path = `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
    return { folder, env: { PATH: path, HOME: folder, TERM: "dumb", LC_ALL: "C.UTF-8" } };
  };
}

/** Whether this machine has it. */
export function has(name: string): boolean {
  return existsSync(`/usr/bin/${name}`);
}

/** Runs a shell with these words. */
export function shell(
  { folder, env }: Place,
  command: string,
  ...words: readonly string[]
): Promise<{ readonly out: string; readonly said: string }> {
  return new Promise((resolve) => {
    execFile(command, words, { cwd: folder, env, timeout: 20_000 }, (_, out, said) => resolve({ out, said }));
  });
}

/** A shell on a terminal of its own, as a person has it. */
export function openTerminal(
  { folder, env }: Place,
  command: string,
): { type(keys: string, until: RegExp): Promise<string>; close(): Promise<unknown> } {
  const child = spawn("/usr/bin/script", ["-qec", `stty cols 150 rows 40; exec ${command}`, "/dev/null"], { cwd: folder, env });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let seen = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (seen += stripVTControlCharacters(chunk)));
  onTestFinished(() => void child.kill());
  return {
    async type(keys, until) {
      seen = "";
      child.stdin.write(keys);
      await vi.waitFor(() => expect(seen).toMatch(until), 15_000);
      return seen;
    },
    close() {
      child.stdin.write("exit\n");
      return ended;
    },
  };
}
