import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeOfStore } from "./stores.ts";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-place-"));
  file = join(folder, "with-store.config.mjs");
  await writeFile(file, 'export default { store: "kept/here" };');
});
afterAll(() => rm(folder, { recursive: true }));

describe("the place of the store is what comes first of", () => {
  it("a flag or the environment", async () => {
    expect(await placeOfStore({ given: "given", file, folder })).toBe(join(folder, "given"));
    expect(await placeOfStore({ given: "/var/lib/posture", file, folder })).toBe("/var/lib/posture");
    expect(await placeOfStore({ given: "memory", file, folder })).toBe("memory");
    expect(await placeOfStore({ given: "postgres://user@host/db", file, folder })).toBe("postgres://user@host/db");
  });
  it("the configuration", async () => expect(await placeOfStore({ given: undefined, file, folder })).toBe(join(folder, "kept/here")));
  it("`.posture`", async () => expect(await placeOfStore({ given: undefined, folder })).toBe(join(folder, ".posture")));
});
