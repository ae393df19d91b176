import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { type Arguments, text } from "./arguments.ts";
import type { Refusal } from "./blockkit/judge.ts";
import { Bytes } from "./bytes.ts";
import { isExpired, refusalOfPictures, refusalOfUpload, type Share, shareIn, type Upload } from "./file-rules.ts";
import { send } from "./http.ts";
import { Blocks, type LocalFile, type Room } from "./room.ts";
import { type Answer, spotOf, type Workspace } from "./workspace.ts";

interface Kept extends LocalFile {
  /** The token of whoever uploaded it. */
  readonly by: string;
  readonly sharedIn: readonly string[];
  /** Milliseconds since 1970: by then Slack has found out what it is. */
  readonly processedAt: number;
}

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  gif: "image/gif",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  png: "image/png",
  txt: "text/plain",
};
/** https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object */
const PICTURES = ["image/gif", "image/jpeg", "image/png"];

const Announced = z.object({ file_id: z.string(), upload_url: z.url() });
const Shares = z.record(z.string(), z.record(z.string(), z.array(z.object({ ts: z.string() }))));
const Completed = z.object({ files: z.array(z.looseObject({ id: z.string(), shares: Shares })) });
type Completed = z.infer<typeof Completed>["files"][number];
const Info = z.object({ file: z.looseObject({ id: z.string() }) });

interface FilesParts {
  readonly workspace: Workspace;
  readonly room: Room;
  readonly origin: () => string;
  readonly now: () => number;
  /** Milliseconds after an upload in which Slack does not say what the file is, and shows it in no block. */
  readonly processing: number;
}

/** Files as Slack takes them. The emulator keeps what is said of them, the disk their bytes. Source: https://docs.slack.dev/messaging/working-with-files */
export class Files {
  readonly #parts: FilesParts;
  readonly #bytes = new Bytes();
  /** By the secret in the address. */
  readonly #uploads = new Map<string, Upload>();
  readonly #files = new Map<string, Kept>();

  constructor(parts: FilesParts) {
    this.#parts = parts;
  }

  /** `null`: it is no method of files, or one that needs no judge. */
  async answer(method: string, given: Arguments, token: string): Promise<Answer | null> {
    switch (method) {
      case "files.getUploadURLExternal":
        return refusalOfUpload(given) ?? this.#announced(given, token);
      case "files.completeUploadExternal": {
        const share = shareIn(given);
        return "refusal" in share ? share.refusal : this.#completed(share, given, token);
      }
      case "files.info":
        return this.#informed(text(given, "file") ?? "", token);
      case "files.delete":
        return this.#deleted(text(given, "file") ?? "", token);
      default:
        return null;
    }
  }

  async #announced(given: Arguments, token: string): Promise<Answer> {
    const { workspace, origin, now } = this.#parts;
    const [name, altText] = [text(given, "filename") ?? "", text(given, "alt_txt") ?? ""];
    const length = Number(given["length"]);
    const answer = await workspace.call("files.getUploadURLExternal", { filename: name, length, alt_text: altText }, token);
    if (!answer.ok) return answer;
    const { file_id: id, upload_url: emulated } = Announced.parse(answer);
    const secret = randomBytes(16).toString("hex");
    this.#uploads.set(secret, { id, name, altText, length, by: token, begunAt: now(), state: "announced", emulated });
    return { ok: true, upload_url: `${origin()}/upload/v1/${secret}`, file_id: id };
  }

  /** The bytes, at the address that was given for them: once, as many as were announced. */
  async take(secret: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = (status: number, why: string): void =>
      send(response, status, "text/plain; charset=utf-8", why, { connection: "close" });
    const upload = this.#uploads.get(secret);
    if (request.method !== "POST") return refused(405, "a file is sent with POST");
    if (upload?.state !== "announced") return refused(404, "there is no such upload, or it was used");
    if (isExpired(upload, this.#parts.now())) return refused(404, "this address has expired");
    this.#uploads.set(secret, { ...upload, state: "used" });
    const size = await this.#bytes.write(upload.id, request);
    if (size !== upload.length) {
      await this.#bytes.remove(upload.id);
      return refused(400, `${upload.length} bytes were announced, ${size} came`);
    }
    // The emulator holds in memory what it is sent, and needs to have been sent something.
    await fetch(upload.emulated, { method: "POST", body: "-" });
    this.#uploads.set(secret, { ...upload, state: "there" });
    send(response, 200, "text/plain; charset=utf-8", `OK - ${size}`);
  }

  async #completed({ wishes, comment, blocks }: Share, given: Arguments, token: string): Promise<Answer> {
    const here = [...this.#uploads.values()].filter(({ state, by }) => state === "there" && by === token);
    const uploads = wishes.flatMap(({ id, title }) =>
      here.filter((it) => it.id === id).map((upload) => ({ upload, title: title ?? upload.name })),
    );
    if (uploads.length < wishes.length) return { ok: false, error: "file_not_found" };
    const args = { ...given, files: wishes, blocks: blocks.length > 0 ? blocks : undefined };
    const answer = await this.#parts.workspace.call("files.completeUploadExternal", args, token);
    if (!answer.ok) return answer;
    const { files } = Completed.parse(answer);
    for (const [at, { upload, title }] of uploads.entries()) this.#keep(upload, title, files[at]);
    this.#show(files, comment, blocks, text(given, "thread_ts"));
    return { ...answer, files: files.map((file) => ({ ...file, ...this.#facts(file.id) })) };
  }

  #keep({ id, name, altText, length, by }: Upload, title: string, completed: Completed | undefined): void {
    const filetype = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "auto";
    this.#files.set(id, {
      id,
      name,
      title,
      altText,
      size: length,
      filetype,
      by,
      mimetype: TYPES[filetype] ?? "application/octet-stream",
      sharedIn: completed ? sharesOf(completed).map(({ channel }) => channel) : [],
      processedAt: this.#parts.now() + this.#parts.processing,
    });
    for (const [secret, upload] of this.#uploads) if (upload.id === id) this.#uploads.delete(secret);
  }

  #show(completed: readonly Completed[], comment: string, blocks: readonly unknown[], thread: string | undefined): void {
    const { workspace, room } = this.#parts;
    const files = completed.flatMap(({ id }) => this.#files.get(id) ?? []);
    for (const { channel, ts } of completed.slice(0, 1).flatMap(sharesOf)) {
      room.put({
        ts,
        user: workspace.botUserId,
        text: comment,
        blocks: Blocks.parse(blocks),
        files,
        ...spotOf(channel, workspace),
        ...(thread !== undefined && { threadTs: thread }),
      });
    }
  }

  async #informed(id: string, token: string): Promise<Answer> {
    const answer = await this.#parts.workspace.call("files.info", { file: id }, token);
    return answer.ok ? { ...answer, file: { ...Info.parse(answer).file, ...this.#facts(id) } } : answer;
  }

  /** What the emulator does not know, or says with its own address. */
  #facts(id: string): object {
    const file = this.#files.get(id);
    if (!file) return {};
    const { origin, workspace, now } = this.#parts;
    const { altText, size, processedAt, mimetype, filetype } = file;
    const place = `${origin()}/files-pri/${workspace.teamId}-${id}`;
    const name = encodeURIComponent(file.name);
    return {
      size,
      mimetype: now() < processedAt ? "" : mimetype,
      filetype: now() < processedAt ? "" : filetype,
      url_private: `${place}/${name}`,
      url_private_download: `${place}/download/${name}`,
      permalink: `${origin()}/files/${id}`,
      ...(altText !== "" && { alt_txt: altText }),
    };
  }

  async #deleted(id: string, token: string): Promise<Answer> {
    const { workspace, room } = this.#parts;
    const answer = await workspace.call("files.delete", { file: id }, token);
    const file = this.#files.get(id);
    if (!answer.ok || !file) return answer;
    const gone: Kept = { ...file, deleted: true };
    this.#files.set(id, gone);
    await this.#bytes.remove(id);
    for (const message of room.all().filter(({ files }) => files?.some((it) => it.id === id))) {
      room.put({ ...message, files: message.files?.map((it) => (it.id === id ? gone : it)) ?? [] });
    }
    return answer;
  }

  /** A block may show a picture that whoever posts it may see, once Slack knows that it is one. */
  refusalOf(blocks: unknown, token: string): Refusal {
    return refusalOfPictures(blocks, (id) => {
      const file = this.#files.get(id);
      return file !== undefined && this.#sees(file, token) && PICTURES.includes(file.mimetype) && this.#parts.now() >= file.processedAt;
    });
  }

  /** `url_private` and `url_private_download`, for who has a token and sees the file. */
  async download([place = "", kind]: readonly string[], request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    // Whom Slack does not know is led to where people sign in.
    if (!this.#parts.workspace.tokens.has(token)) return void response.writeHead(302, { location: `${this.#parts.origin()}/` }).end();
    const file = this.#files.get(place.split("-")[1] ?? "");
    if (!file || !this.#sees(file, token)) return send(response, 404, "text/plain; charset=utf-8", "file_not_found");
    return this.serve(file.id, response, kind !== "download");
  }

  #sees({ by, sharedIn, deleted }: Kept, token: string): boolean {
    const { channelId, people, others } = this.#parts.workspace;
    const direct = people.find((person) => person.token === token)?.direct;
    return (
      deleted !== true &&
      (by === token || sharedIn.some((channel) => channel === channelId || channel === direct || others.some(({ id }) => id === channel)))
    );
  }

  /** The bytes: nothing but a picture is ever shown in place, whatever it says that it is. */
  async serve(id: string, response: ServerResponse, inPlace: boolean): Promise<void> {
    const file = this.#files.get(id);
    if (!file || file.deleted) return send(response, 404, "text/plain; charset=utf-8", "There is no such file.");
    const { mimetype, size, name } = file;
    response.writeHead(200, {
      "content-type": mimetype,
      "content-length": size,
      "content-disposition": `${inPlace && PICTURES.includes(mimetype) ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name)}`,
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
    await pipeline(createReadStream(await this.#bytes.path(id)), response);
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }
}

/** Where a file was shared, and in which message. */
function sharesOf({ shares }: Completed): readonly { readonly channel: string; readonly ts: string }[] {
  return Object.values(shares).flatMap((byChannel) =>
    Object.entries(byChannel).flatMap(([channel, them]) => them.map(({ ts }) => ({ channel, ts }))),
  );
}
