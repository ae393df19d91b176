import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { startAws } from "@posture/sandbox/aws";
import { expect, test, vi } from "vitest";
import { createPosture } from "./create.ts";

test("a sweep that is stopped keeps nothing, and makes no finding stale: what was not asked is no gap of AWS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "posture-stopping-"));
  const aws = await startAws({});
  const store = memoryStore();
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const posture = await createPosture({ store, folder, env });
  try {
    const { id } = await posture.sweep();
    const before = await posture.list();
    aws.clearCalls();
    // Every bucket is listed by then, and this call would never end.
    aws.addFault({ operation: "s3:GetBucketAcl", kind: "hang" });
    const control = new AbortController();
    const stopped = posture.sweep({ signal: control.signal });
    await vi.waitFor(() => expect(aws.calls().some(({ operation }) => operation === "GetBucketAcl")).toBe(true), 10_000);
    control.abort();
    await expect(stopped).rejects.toThrow("aborted");
    expect(await posture.list()).toEqual(before);
    expect((await posture.summary()).lastSweep?.id).toBe(id);
    expect(before.length).toBeGreaterThan(0);
  } finally {
    await posture.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  }
}, 30_000);
