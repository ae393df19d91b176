import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

export * from "./writes.fixture.ts";

/** A folder of its own for every test, gone afterwards. */
export function scratch(): () => string {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => join(folder, "store");
}
