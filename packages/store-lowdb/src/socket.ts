import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, open, stat, unlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join, relative, resolve } from "node:path";
import { ERRORS, type ErrorCode, isPostureError, type Json, PostureError, postureError } from "@posture/core";
import { z } from "zod";
import { codeOf, FILE_MODE, jsonOf, messageOf } from "./files.ts";

const SOCKET = "commands.sock";
/** Shorter than the shortest `sun_path` of the systems Node runs on (macOS: 104 bytes with its end). */
const LONGEST_PATH = 100;
const LONGEST_LINE = 1_000_000;
const TIMEOUT = 60_000;

const json = z.custom<Json>((value) => value !== undefined);
const request = z.object({ id: z.string().max(100), command: json });
const fault = z.object({ code: z.string(), message: z.string(), next: z.string() });
const response = z.union([z.object({ id: z.string(), result: json }), z.object({ id: z.string(), error: fault })]);

export interface CommandServer {
  /** Takes no more commands; resolves when those that are being worked off have been answered. */
  close(): Promise<void>;
}

/**
 * Takes commands for the store of a folder, one JSON value a line, over a socket that only this user can open. Only the holder of the store may serve it.
 * What `handler` throws reaches the sender: a PostureError as it is, anything else by its message.
 * @throws {PostureError} POSTURE_STORE_LOCKED if another process already answers there; POSTURE_STORE_UNREADABLE if the socket cannot be made.
 */
export async function serveCommands(folder: string, handler: (command: Json) => Promise<Json>): Promise<CommandServer> {
  const address = await shortPath(folder);
  try {
    const other = await dial(address.path);
    if (other) {
      other.destroy();
      throw postureError("POSTURE_STORE_LOCKED", { place: folder, pid: "?", command: "another process that takes commands" });
    }
    await unlink(address.path).catch(() => {}); // left by a process that was killed; usually there is none
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      answer(socket, handler);
    });
    await listening(server, address.path);
    await chmod(address.path, FILE_MODE);
    return { close: () => stop(server, open).finally(() => address.release()) };
  } catch (error) {
    await address.release();
    throw isPostureError(error) ? error : postureError("POSTURE_STORE_UNREADABLE", { place: folder, cause: messageOf(error) }, error);
  }
}

export type Sent = { readonly answered: true; readonly result: Json } | { readonly answered: false };

/**
 * Sends a command to the process that holds the store. `answered: false`: no process serves there, so the caller may take the lock itself.
 * @param timeout in milliseconds; default 60 s.
 * @throws {PostureError} what the handler threw; POSTURE_STORE_SILENT when no answer came in time, or one that makes no sense.
 */
export async function sendCommand(folder: string, command: Json, { timeout = TIMEOUT }: { readonly timeout?: number } = {}): Promise<Sent> {
  const address = await shortPath(folder).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (!address) return { answered: false };
  try {
    const socket = await dial(address.path);
    if (!socket) return { answered: false };
    const id = randomUUID();
    const found = response.safeParse(jsonOf(await exchange(socket, `${JSON.stringify({ id, command })}\n`, folder, timeout)));
    if (!found.success || found.data.id !== id) throw silent(folder, "what it said was no answer");
    if ("result" in found.data) return { answered: true, result: found.data.result };
    throw rebuilt(folder, found.data.error);
  } finally {
    await address.release();
  }
}

function answer(socket: Socket, handler: (command: Json) => Promise<Json>): void {
  socket.on("error", () => socket.destroy()); // a sender that has gone away needs no answer
  eachLine(socket, (line) => {
    const found = request.safeParse(jsonOf(line));
    if (!found.success) return void socket.destroy();
    const { id, command } = found.data;
    const say = (text: object): void => void (socket.writable && socket.write(`${JSON.stringify({ id, ...text })}\n`));
    void Promise.resolve(command)
      .then(handler)
      .then((result) => say({ result }))
      .catch((error: unknown) =>
        say({ error: { code: codeOf(error), message: messageOf(error), next: isPostureError(error) ? error.next : "" } }),
      );
  });
}

function eachLine(socket: Socket, take: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    const lines = `${rest}${chunk.toString()}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) return void socket.destroy();
    for (const line of lines) take(line);
  });
}

function exchange(socket: Socket, text: string, folder: string, timeout: number): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(silent(folder, `no answer within ${timeout / 1000} s`)), timeout);
    socket.on("close", () => {
      clearTimeout(timer);
      reject(silent(folder, "it hung up"));
    });
    socket.on("error", () => socket.destroy());
    eachLine(socket, resolve);
    socket.write(text);
  }).finally(() => socket.destroy());
}

/** `null`: nobody listens there. */
function dial(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error) => (["ENOENT", "ECONNREFUSED"].includes(codeOf(error)) ? resolve(null) : reject(error)));
  });
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function stop(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // A sender hangs up when it has its answer.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}

function silent(place: string, cause: string): PostureError {
  return postureError("POSTURE_STORE_SILENT", { place, cause });
}

function rebuilt(place: string, { code, message, next }: z.infer<typeof fault>): PostureError {
  return isCode(code) ? new PostureError(code, message, next) : silent(place, message);
}
function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

interface Address {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * A path of the socket that is short enough: a socket's address holds some 100 bytes. For a longer one: relative to the working directory if that is shorter,
 * else through a descriptor of the folder, where the system shows these as files (Linux).
 */
async function shortPath(folder: string): Promise<Address> {
  const whole = resolve(folder, SOCKET);
  const nothing = async (): Promise<void> => {};
  for (const path of [whole, relative(process.cwd(), whole)]) {
    if (Buffer.byteLength(path) <= LONGEST_PATH) return { path, release: nothing };
  }
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  const path = join("/proc/self/fd", String(handle.fd));
  const seen = await stat(path).catch(() => null);
  if (seen?.isDirectory()) return { path: join(path, SOCKET), release: () => handle.close() };
  await handle.close();
  throw postureError("POSTURE_STORE_UNREADABLE", {
    place: folder,
    cause: `its path is too long for a socket (over ${LONGEST_PATH} bytes)`,
  });
}
