import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The bytes of files, on the disk for as long as the workspace lives. */
export class Bytes {
  #folder: Promise<string> | undefined;

  /** Where the bytes of a file are. */
  async path(id: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), "posture-local-slack-"));
    return join(await this.#folder, id);
  }

  /** Writes what comes, raw or as the first part of a form, and says how many bytes it was. */
  async write(id: string, request: IncomingMessage): Promise<number> {
    const path = await this.path(id);
    const type = request.headers["content-type"] ?? "";
    await pipeline(type.startsWith("multipart/form-data") ? inForm(type, request) : request, createWriteStream(path, { mode: 0o600 }));
    return (await stat(path)).size;
  }

  async remove(id: string): Promise<void> {
    await rm(await this.path(id), { force: true });
  }

  async close(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** What is sent as a form is small enough to be held. */
async function* inForm(type: string, request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const form = await new Response(new Uint8Array(Buffer.concat(chunks)), { headers: { "content-type": type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== "string");
  if (file) yield new Uint8Array(await file.arrayBuffer());
}
