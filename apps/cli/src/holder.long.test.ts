import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPosture, openStore, serveStore } from "@posture/runtime";
import { startAws } from "@posture/sandbox/aws";
import { expect, test, vi } from "vitest";
import { openGroup, OPENED } from "./demo/changes.ts";
import { commandLine, KEYS } from "./process.test.fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

test("beside a process that holds the store, reading commands read, re-checks, suppressions and assignees go through it, and a sweep is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "posture-holder-"));
  const aws = await startAws({});
  const now = (): string => new Date().toISOString();
  const place = join(folder, "store");
  const [account] = aws.world().accounts;
  aws.patchWorld(openGroup(account?.id ?? ""));
  const env = { ...KEYS, AWS_ENDPOINT_URL: aws.url };
  const store = await openStore(place, { now });
  const holder = await createPosture({ store, now, folder, env: { ...process.env, ...env, AWS_EC2_METADATA_DISABLED: "true" } });
  const server = await serveStore(holder);
  try {
    await holder.sweep();
    const posture = commandLine(folder);
    const found = (await holder.list()).find(({ finding, status }) => finding.ref.arn.endsWith(OPENED.id) && status === "open");
    const id = found?.id ?? "";

    const listed = await posture.run(["findings", "--store", place]);
    expect([listed.code, listed.said]).toEqual([0, ""]);
    expect(listed.out).toContain(id);

    const failing = await posture.run(["recheck", id.slice(0, 8), "--store", place]);
    expect([failing.code, failing.said]).toEqual([0, ""]);
    expect(failing.out).toContain("✖ Still failing, as before");

    const reason = ["--reason", "Reviewed by the platform team.", "--store", place];
    const suppressed = await posture.run(["suppress", id, ...reason], env);
    expect([suppressed.code, suppressed.said]).toEqual([0, ""]);
    const [own] = await holder.suppressions();
    expect(own?.suppression.by).toMatchObject({ id: expect.stringContaining("arn:aws:iam::") });
    expect((await holder.find(id)).status).toBe("suppressed");
    const lifted = await posture.run(["unsuppress", id, "--store", place]);
    expect(lifted.out).toContain("It hid 1 finding (1 critical).");
    expect((await holder.find(id)).status).toBe("open");

    const assigned = await posture.run(["assign", id.slice(0, 8), "U024BE7LH", "--store", place], env);
    expect([assigned.code, assigned.said]).toEqual([0, ""]);
    const { assignee } = (await holder.find(id)).finding;
    expect(assignee).toMatchObject({ id: "U024BE7LH", by: { id: expect.stringContaining("arn:aws:iam::"), via: "cli" } });
    expect((await posture.run(["unassign", id, "--store", place])).out).toContain("✔ No longer assigned");
    expect((await holder.find(id)).finding.assignee).toBeUndefined();

    aws.patchWorld({ accounts: [{ id: account?.id ?? "", remove: [OPENED.id] }] });
    const resolved = await posture.run(["recheck", id, "--store", place]);
    expect(resolved.out).toContain("✔ Resolved");
    expect(resolved.out).toContain("Now     The resource is gone.");
    // It was the holder that wrote it down: the command line has no credentials here.
    expect((await holder.find(id)).status).toBe("resolved");

    const refused = await posture.run(["scan", "--store", place, "--quiet"], env);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.said).toContain(`process ${process.pid}`);
  } finally {
    await server.close();
    await holder.close();
    await store.close();
    await aws.close();
    await rm(folder, { recursive: true });
  }
});
