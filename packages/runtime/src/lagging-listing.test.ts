import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { parseWorld, startAws } from "@posture/sandbox/aws";
import { expect, test } from "vitest";
import { createPosture } from "./create.ts";

const ACCOUNT = "111122223333";
const Region = "us-east-1";
const MINUTE = 60_000;
const BY = { kind: "user", id: "U1", via: "slack" } as const;
const worldOf = (secrets: readonly object[]): ReturnType<typeof parseWorld> =>
  parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [Region], secrets }] });

test("SEC-13: what ListSecrets has not in its first five minutes is not gone, if a live read has seen it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "posture-lag-"));
  const aws = await startAws({ world: worldOf([{ Region, Name: "database" }]) });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: Region,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
  let passed = 0;
  const clock = (): number => Date.now() + passed;
  const now = (): string => new Date(clock()).toISOString();
  const posture = await createPosture({
    store: memoryStore(),
    folder,
    now,
    aws: { endpoint: aws.url, region: Region, clock },
    patience: 0,
  });
  const conditions = async (): Promise<string[]> =>
    (await posture.list()).filter(({ finding }) => finding.ref.name.startsWith("database")).map(({ finding }) => finding.condition);
  try {
    await posture.sweep();
    const [found] = (await posture.list()).filter(({ finding }) => finding.checkId === "encryption/secret-default-kms-key");
    passed += MINUTE;
    expect((await posture.recheck(found?.finding.fingerprint ?? "", BY)).answer.kind).toBe("unchanged");
    aws.setWorld(worldOf([]));
    passed += MINUTE;
    await posture.sweep();
    expect(await conditions()).toEqual(["failing"]);
    passed += 5 * MINUTE;
    await posture.sweep();
    expect(await conditions()).toEqual(["cleared"]);
  } finally {
    await posture.close();
    await aws.close();
    process.env = before;
    rmSync(folder, { recursive: true });
  }
});
