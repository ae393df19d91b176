import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, postureError } from "@posture/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sendCommand, serveCommands } from "./socket.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const echo = async (command: Json): Promise<Json> => ({ heard: command });

describe("commands reach the process that holds the store", () => {
  it("a command is answered with what the handler returns, through a socket that only the user can open", async () => {
    await using server = disposable(await serveCommands(folder, echo));
    expect(server).toBeDefined();
    expect(await sendCommand(folder, { say: "öffne\n" })).toEqual({ answered: true, result: { heard: { say: "öffne\n" } } });
    expect((await stat(join(folder, "commands.sock"))).mode & 0o777).toBe(0o600);
  });

  it("commands sent at once get each its own answer", async () => {
    await using server = disposable(await serveCommands(folder, async (command) => Number(command) * 2));
    expect(server).toBeDefined();
    const sent = await Promise.all([1, 2, 3, 4, 5].map((n) => sendCommand(folder, n)));
    expect(sent.map((it) => it.answered && it.result)).toEqual([2, 4, 6, 8, 10]);
  });

  it("nobody answers where nobody serves: no socket, no folder, or a socket left by a killed process", async () => {
    expect(await sendCommand(folder, 1)).toEqual({ answered: false });
    expect(await sendCommand(join(folder, "none"), 1)).toEqual({ answered: false });
    const killed = spawn(process.execPath, [
      "-e",
      `require("net").createServer().listen(${JSON.stringify(join(folder, "commands.sock"))}, () => console.log("up"))`,
    ]);
    await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect((await stat(join(folder, "commands.sock"))).isSocket()).toBe(true);
    expect(await sendCommand(folder, 1)).toEqual({ answered: false });
    await using server = disposable(await serveCommands(folder, echo));
    expect(server).toBeDefined();
    expect(await sendCommand(folder, 1)).toEqual({ answered: true, result: { heard: 1 } });
  });

  it("after closing nobody answers, and one can serve again", async () => {
    const first = await serveCommands(folder, echo);
    await first.close();
    expect(await sendCommand(folder, 1)).toEqual({ answered: false });
    await using second = disposable(await serveCommands(folder, echo));
    expect(second).toBeDefined();
    expect(await sendCommand(folder, 1)).toEqual({ answered: true, result: { heard: 1 } });
  });

  it("a second server in the same folder is refused, and the first goes on", async () => {
    await using server = disposable(await serveCommands(folder, echo));
    expect(server).toBeDefined();
    await expect(serveCommands(folder, echo)).rejects.toMatchObject({ code: "POSTURE_STORE_LOCKED" });
    expect(await sendCommand(folder, 1)).toEqual({ answered: true, result: { heard: 1 } });
  });

  it("an error of the catalogue arrives with its code, message and next step; any other by its message", async () => {
    const handler = async (command: Json): Promise<Json> => {
      throw command === 1 ? postureError("POSTURE_FINDING_UNKNOWN", { id: "abc" }) : new Error("out of order");
    };
    await using server = disposable(await serveCommands(folder, handler));
    expect(server).toBeDefined();
    const { message, next } = postureError("POSTURE_FINDING_UNKNOWN", { id: "abc" });
    await expect(sendCommand(folder, 1)).rejects.toMatchObject({ code: "POSTURE_FINDING_UNKNOWN", message, next });
    await expect(sendCommand(folder, 2)).rejects.toMatchObject({
      code: "POSTURE_STORE_SILENT",
      message: expect.stringContaining("out of order"),
    });
  });

  it("a process that never answers is given up, and what is no answer is refused", async () => {
    await using server = disposable(await serveCommands(folder, () => new Promise(() => {})));
    expect(server).toBeDefined();
    await expect(sendCommand(folder, 1, { timeout: 50 })).rejects.toMatchObject({ code: "POSTURE_STORE_SILENT" });
    await server.close();
    const rude = createServer((socket) => socket.resume().end("null\n"));
    await new Promise<void>((resolve) => rude.listen(join(folder, "commands.sock"), resolve));
    await expect(sendCommand(folder, 1)).rejects.toMatchObject({ code: "POSTURE_STORE_SILENT" });
    await new Promise((resolve) => rude.close(resolve));
  });

  it.runIf(process.platform === "linux")("a folder whose path is longer than a socket's address can hold is served too", async () => {
    const deep = join(folder, "x".repeat(120), "y".repeat(120));
    await mkdir(deep, { recursive: true });
    await using server = disposable(await serveCommands(deep, echo));
    expect(server).toBeDefined();
    expect(await sendCommand(deep, 7)).toEqual({ answered: true, result: { heard: 7 } });
    expect((await stat(join(deep, "commands.sock"))).isSocket()).toBe(true);
  });
});

function disposable<T extends { close(): Promise<void> }>(server: T): T & AsyncDisposable {
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}
