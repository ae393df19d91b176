import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { z } from "zod";
import { type CommandLine, commandLine, KEYS } from "../process.test.fixture.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
const url = (): string => `${inject("postgresUrl")}?schema=cli`;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `posture-store-${randomUUID().slice(0, 8)}-`));
  aws = await startAws({});
  posture = commandLine(folder);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

test("a store is swept into a folder, moved into a database, and used there by every command; nowhere stands its password", async () => {
  const withAws = { ...KEYS, AWS_ENDPOINT_URL: aws.url };
  const inDatabase = { POSTURE_STORE: url() };
  const swept = await posture.run(["scan", "--quiet"], withAws);
  expect(swept.code).toBe(0);
  const listed = await posture.run(["findings", "--format", "json"]);
  const [plan, moved, again] = [
    await posture.run(["store", "migrate", "--to", url(), "--dry-run"]),
    await posture.run(["store", "migrate", "--to", url()]),
    await posture.run(["store", "migrate", "--to", url()]),
  ];
  expect([plan.code, plan.out]).toEqual([0, expect.stringMatching(/^1 record would be copied from .* to postgres:\/\/127/)]);
  expect([moved.code, moved.out]).toEqual([0, expect.stringContaining("✓ 1 record copied")]);
  expect([again.code, again.out]).toEqual([0, expect.stringContaining("✓ 0 records copied")]);
  const there = await posture.run(["findings", "--format", "json"], inDatabase);
  expect(there.out).toBe(listed.out);
  const info = await posture.run(["store", "info"], inDatabase);
  expect(info.out).toMatch(/Kind +a Postgres database\nVersion +\d+\nFindings +\d+\nRecords +2\nHead +2 [0-9a-f]{64}\nLast sweep +20/);
  expect((await posture.run(["audit", "verify"], inDatabase)).code).toBe(0);
  const id = z.array(z.object({ id: z.string() })).parse(JSON.parse(there.out))[0]?.id ?? "";
  const written = [
    await posture.run(["assign", id, "U024BE7LH"], inDatabase),
    await posture.run(["export", "--assignee", "U024BE7LH", "--format", "jsonl"], inDatabase),
    await posture.run(["unassign", id], inDatabase),
  ];
  expect(written.map(({ code, said }) => [code, said])).toEqual(written.map(() => [0, ""]));
  expect(written[1]?.out.trim().split("\n")).toEqual([expect.stringContaining(id)]);
  const once = await posture.run(["scan", "--quiet"], { ...withAws, ...inDatabase });
  expect([once.code, once.said]).toEqual([0, ""]);
  for (const { out, said } of [plan, moved, again, there, info, ...written, once])
    expect((out + said).includes(new URL(url()).password)).toBe(false);
});
