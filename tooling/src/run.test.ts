import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ROOT } from "./packages.ts";

vi.setConfig({ testTimeout: 30_000 });
const folder = mkdtempSync(join(tmpdir(), "run-"));
const log = join(folder, "log");
const child = join(folder, "child.mjs");
const launcher = join(folder, "pnpm");
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  writeFileSync(log, "");
  // Ends on its own after a minute, so that a failing test leaves nothing behind for long.
  writeFileSync(
    child,
    `import { appendFileSync } from "node:fs";
const say = (text) => appendFileSync(${JSON.stringify(log)}, text + "\\n");
const stays = process.argv.includes("stays");
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { say(signal); if (!stays) setTimeout(() => process.exit(7), 50); });
setTimeout(() => process.exit(1), 60_000);
say("pid " + process.pid);
`,
  );
  // A package manager that says nothing to what it started when it is killed, as npx and pnpm are.
  writeFileSync(launcher, `#!/bin/sh\n"$@" &\nwait\n`);
  chmodSync(launcher, 0o755);
});

const RUN = [process.execPath, join(ROOT, "tools/run.mjs"), child];
const start = ([command = "", ...words]: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(command, words, { stdio: "inherit", env: { ...process.env, ...env } });

async function until(text: string): Promise<string> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const said = readFileSync(log, "utf8");
    if (said.includes(text)) return said;
    await wait(20);
  }
  throw new Error(`the child did not say ${text}; it said ${readFileSync(log, "utf8")}`);
}

async function untilGone(pid: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await wait(20);
  }
  throw new Error(`process ${pid} is still there`);
}

const pidIn = (said: string): number => Number(/pid (\d+)/.exec(said)?.[1]);

describe("a signal to the wrapper", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("reaches the child as %s, whose exit code is passed on", async (signal) => {
    const wrapper = start(RUN);
    await until("pid");
    wrapper.kill(signal);
    expect(await once(wrapper, "exit")).toEqual([7, null]);
    expect(readFileSync(log, "utf8")).toContain(signal);
  });

  it("ends a child that does not end by itself, after the grace it has", async () => {
    const wrapper = start([...RUN, "stays"], { POSTURE_RUN_GRACE_MS: "300" });
    const pid = pidIn(await until("pid"));
    wrapper.kill("SIGTERM");
    expect(await once(wrapper, "exit")).toEqual([137, null]);
    await untilGone(pid);
  });
});

describe("the death of the package manager", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)("by %s ends the child too", async (signal) => {
    const manager = start([launcher, ...RUN]);
    const pid = pidIn(await until("pid"));
    manager.kill(signal);
    expect(await until("SIGTERM")).toContain("SIGTERM");
    await untilGone(pid);
  });

  it("is noticed through a shell and a second one", async () => {
    const outer = start([launcher, "/bin/sh", "-c", `"${launcher}" "$@"; exit $?`, "sh", ...RUN]);
    const pid = pidIn(await until("pid"));
    outer.kill("SIGKILL");
    expect(await until("SIGTERM")).toContain("SIGTERM");
    await untilGone(pid);
  });
});

describe.skipIf(spawnSync("pnpm", ["--version"]).status !== 0)("pnpm itself", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("stopped by %s waits until the child has ended", async (signal) => {
    const script = RUN.map((word) => JSON.stringify(word)).join(" ");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, scripts: { go: script } }));
    const pnpm = start(["pnpm", "--silent", "--dir", folder, "go"]);
    const pid = pidIn(await until("pid"));
    pnpm.kill(signal);
    await once(pnpm, "exit");
    expect(readFileSync(log, "utf8")).toContain(signal);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
