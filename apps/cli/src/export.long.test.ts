import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXPORT_FORMATS } from "@posture/export";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, KEYS } from "./process.test.fixture.ts";
import { EXPORT_FORMATS as OFFERED } from "./program.ts";

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const document = z.looseObject({ findings: z.array(z.looseObject({ id: z.string(), severity: z.string(), status: z.string() })) });

let folder: string;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-export-"));
  posture = commandLine(folder);
  const aws = await startAws({});
  await posture.run(["scan", "--quiet"], { ...KEYS, AWS_ENDPOINT_URL: aws.url });
  await aws.close();
});
afterAll(() => rm(folder, { recursive: true }));

async function exported(...words: readonly string[]): Promise<z.infer<typeof document>["findings"]> {
  const { code, out, said } = await posture.run(["export", "--format", "json", ...words]);
  expect([code, said]).toEqual([0, ""]);
  return document.parse(JSON.parse(out)).findings;
}

describe("posture export", () => {
  it("offers the formats that there are", () => expect(OFFERED).toEqual(EXPORT_FORMATS));

  it("writes what is open as CSV, with the columns that were asked for first", async () => {
    const { code, out } = await posture.run(["export"]);
    const [heading = "", ...lines] = out.split("\r\n");
    expect(code).toBe(0);
    expect(heading.replace("\uFEFF", "")).toMatch(/^"Severity","Check name","Resource ARN","Region","Account",/);
    const rows = lines.filter((line) => /^"(critical|high|medium|low)",/.test(line));
    const listed = z.array(z.unknown()).parse(JSON.parse((await posture.run(["findings", "--format", "json"])).out));
    expect(rows).toHaveLength(listed.length);
  });

  it("holds the rows that its filters ask for, and no others", async () => {
    const all = await exported("--status", "open", "--status", "covered");
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(["open", "covered"]));
    const grave = await exported("--severity", "critical", "--service", "s3");
    const known = z.array(z.looseObject({ id: z.string() }));
    const listed = known.parse(
      JSON.parse((await posture.run(["findings", "--severity", "critical", "--service", "s3", "--format", "json"])).out),
    );
    expect(grave.map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
    expect(grave.length).toBeGreaterThan(0);
    expect(await exported("--text", "no finding says this")).toEqual([]);
  });

  it("says what is in a file, and has the audit log know who took it", async () => {
    const { code, out, said } = await posture.run(["export", "--format", "html", "--output", "report.html", "--severity", "critical"]);
    expect([code, out]).toEqual([0, ""]);
    const text = await readFile(join(folder, "report.html"), "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(said).toMatch(/^✓ \d+ findings in report\.html/);
    expect(said).toContain(sha256);
    const told = await posture.run(["audit", "list", "--type", "exported"]);
    expect(told.out).toContain(`as html; statuses open; severities critical; SHA-256 ${sha256}`);
    expect((await readdir(folder)).filter((name) => name.includes("part"))).toEqual([]);
  });

  it("leaves a file as it was where the new one cannot be finished", async () => {
    await writeFile(join(folder, "kept.csv"), "before");
    const { code, said } = await posture.run(["export", "--output", join("kept.csv", "below")]);
    expect([code, await readFile(join(folder, "kept.csv"), "utf8")]).toEqual([1, "before"]);
    expect(said).toContain("could not be written");
  });

  it("is no empty file where there is no store: that would read like good news", async () => {
    const { code, out, said } = await posture.run(["export", "--store", "nowhere"]);
    expect([code, out]).toEqual([1, ""]);
    expect(said).toMatch(/There is no store at .*nowhere/);
    expect(await readdir(folder)).not.toContain("nowhere");
  });

  it("names the nearest word", async () => {
    const { code, said } = await posture.run(["export", "--service", "s33"]);
    expect([code, said]).toEqual([1, expect.stringContaining("did you mean s3?")]);
  });
});
