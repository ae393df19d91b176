import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { lookAtStore } from "./look.ts";
import { now, put, row, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

describe("a look at a store from outside", () => {
  const place = scratch();

  it("where there is none, says so and makes none", async () => {
    expect(await lookAtStore(place())).toBeNull();
    expect(await readdir(dirname(place()))).toEqual([]);
  });
  it("says version, size and anchor of one that nobody holds", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("a"));
    const head = store.head();
    await store.close();
    const look = await lookAtStore(place());
    expect(look).toEqual({ version: 1, bytes: expect.any(Number), anchor: head, holder: null });
    expect(look?.bytes).toBeGreaterThan(100);
  });
  it("names the process that holds it, which goes on writing; killed, it holds it no longer", async () => {
    const script = new URL("./writer.fixture.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, ["--conditions=@posture/source", script, place(), "look"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (said += chunk));
      await expect.poll(() => said, { timeout: 10_000 }).toContain("ack ");
      expect((await lookAtStore(place()))?.holder).toEqual({ pid: child.pid, command: expect.stringContaining("writer.fixture.ts") });
      const before = said.length;
      await expect.poll(() => said.length).toBeGreaterThan(before);
      await expect(openLowdbStore({ folder: place(), now })).rejects.toMatchObject({ code: "POSTURE_STORE_LOCKED" });
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect((await lookAtStore(place()))?.holder).toBeNull();
  });
});
