import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CommandLine, commandLine } from "../process.test.fixture.ts";

const PATIENCE = 30_000;

describe("the demo in a terminal", () => {
  let folder: string;
  let posture: CommandLine;
  let env: Readonly<Record<string, string>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "posture-demo-test-"));
    posture = commandLine(folder);
    env = { TMPDIR: folder };
  });
  afterEach(async () => {
    // oxlint-disable-next-line vitest/no-standalone-expect -- it holds of every test
    expect(await readdir(folder), "nothing is left behind").toEqual([]);
    await rm(folder, { recursive: true });
  });

  it(
    "plays its story unattended, the example plugin in it, and prints the channel",
    async () => {
      const { code, out, said } = await posture.run(["demo", "--once"], env);
      expect(code, said).toBe(0);
      const steps = said.split("\n").filter((line) => line.startsWith("✓"));
      expect(steps).toHaveLength(9);
      expect(said).toContain("Bucket does not keep old versions");
      expect(out).toContain("✅ Resolved · SSH open to the internet: sg-0d3b06aa11c2e4f57");
      expect(out).toContain("🔕 Suppressed · Bucket policy allows Principal: *");
      expect(out).toContain("(only Ana sees this)\n  Posture summary: 51 open findings");
    },
    2 * PATIENCE,
  );

  it("names the port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, said } = await posture.run(["demo", "--port", port], env);
    other.close();
    expect(code).toBe(1);
    expect(said).toContain(`Port ${port} is in use by another process.`);
    expect(said).toContain("Choose another with --port.");
  });

  it("tells the last words of a bot that ends by itself", async () => {
    const { code, said } = await posture.run(["demo", "--config", join(folder, "absent.config.ts")], env);
    expect(code).toBe(1);
    expect(said).toContain("The bot of the demo ended by itself (exit code 1).");
    expect(said).toContain("absent.config.ts");
    expect(said).toContain("POSTURE_BOT_ENDED");
  });

  it.each([
    ["while it starts", "Starting", ["demo"], 143],
    ["in the middle of its story", "✓ The first sweep", ["demo", "--once"], 143],
    ["while it is looked at", "Open this in a browser", ["demo"], 0],
  ] as const)("ends all of it when it is stopped %s", async (_, moment, words, expected) => {
    const child = posture.start(words, env);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await vi.waitFor(() => expect(said).toContain(moment), { timeout: PATIENCE, interval: 20 });
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code, said).toBe(expected);
    expect(said).toMatch(expected === 0 ? /Ending; #security is gone with it\.\n$/ : /Stopped, and all of it has ended\.\n$/);
  });
});
