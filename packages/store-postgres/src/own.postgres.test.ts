import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { advance, type Finding, fingerprintOf, type Step, verifyLog, type Write } from "@posture/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { openPostgresAudit } from "./audit.ts";
import { now, openAt, urlOf } from "./database.test.fixture.ts";
import { VERSION } from "./migrations.ts";
import { openPostgresStore } from "./store.ts";

const AT = "2026-01-01T00:00:00.000Z";
let admin: pg.Client;
beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject("postgresUrl") });
  await admin.connect();
});
afterAll(() => admin.end());

function row(key: string, body: number | string = 0): Write {
  return { kind: "outbox", value: { key, subject: "subject", state: "due", dueAt: AT, body } };
}
function finding(name: string, more: Partial<Finding> = {}): Write {
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  const value: Finding = {
    fingerprint: fingerprintOf("example/one", ref),
    aliases: [],
    checkId: "example/one",
    ref,
    severity: "high",
    title: "Example",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "bad", text: "It is bad.", evidence: {}, notes: [] },
    openedAt: AT,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: AT,
    evidenceAt: AT,
    stale: null,
    ...more,
  };
  return { kind: "finding", value };
}
function opened(name: string): Step {
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  const check = { id: "example/one", title: "Example", severity: "high" } as const;
  const outcome = { status: "fail", messageId: "bad", text: "It is bad.", evidence: {}, evidenceAt: AT } as const;
  return advance({ finding: null, suppressions: [] }, { type: "observed", by: "sweep", check, ref, outcome }, AT);
}
function put(store: Awaited<ReturnType<typeof openAt>>, ...writes: readonly Write[]): Promise<undefined> {
  return store.transact<undefined>({}, () => ({ at: AT, events: [], writes, result: undefined }));
}
function opening(url: string): Promise<unknown> {
  return openPostgresStore({ url, now }).then((store) => store.close());
}
/** The shared server's URL, otherwise in one respect. */
function url(change: (url: URL) => void): string {
  const it = new URL(inject("postgresUrl"));
  change(it);
  return it.href;
}

describe("a store that cannot be opened says why, and never the password", () => {
  it.each([
    ["a wrong password", (it: URL) => (it.password = "hunter2"), "POSTURE_STORE_REFUSED", "password authentication failed"],
    [
      "a database that is not there",
      (it: URL) => (it.pathname = "/nowhere"),
      "POSTURE_STORE_DATABASE_MISSING",
      'database "nowhere" does not exist',
    ],
  ])("%s", async (_, change, code, says) => {
    const error = await opening(url(change)).catch((it: unknown) => it);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(String(error)).not.toMatch(/hunter2|never-shown/);
  });
  it("a server that is not there, after some tries", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const address = closed.address();
    closed.close();
    const port = typeof address === "object" ? String(address?.port) : "";
    await expect(opening(url((it) => (it.port = port)))).rejects.toMatchObject({
      code: "POSTURE_STORE_UNREACHABLE",
      message: expect.stringContaining(`127.0.0.1:${port}/postgres cannot be reached: connect ECONNREFUSED`),
    });
  });
  it("a database of another encoding", async () => {
    await admin.query("DROP DATABASE IF EXISTS narrow");
    await admin.query("CREATE DATABASE narrow ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    await expect(opening(url((it) => (it.pathname = "/narrow")))).rejects.toMatchObject({
      code: "POSTURE_STORE_UNSUPPORTED",
      message: expect.stringContaining("encoding LATIN1"),
    });
    await admin.query("DROP DATABASE narrow");
  });
  it("a schema with tables of somebody else", async () => {
    const place = urlOf("foreign");
    const schema = new URL(place).searchParams.get("schema") ?? "";
    await admin.query(`CREATE SCHEMA "${schema}"; CREATE TABLE "${schema}".findings (id int)`);
    await expect(opening(place)).rejects.toMatchObject({ code: "POSTURE_STORE_FOREIGN" });
  });
  it("a place that is no URL", async () => {
    await expect(opening("postgres://user:secret@/")).rejects.toMatchObject({
      code: "POSTURE_STORE_PLACE_INVALID",
      message: expect.not.stringContaining("secret"),
    });
  });
});

describe("versions", () => {
  it("one of a newer Posture is refused, by an open store too, and both versions are named", async () => {
    const store = await openAt("newer");
    const schema = new URL(urlOf("newer")).searchParams.get("schema") ?? "";
    await admin.query(`INSERT INTO "${schema}".versions (version) VALUES (7); UPDATE "${schema}".head SET version = 7`);
    const refusal = {
      code: "POSTURE_STORE_VERSION",
      message: expect.stringContaining(`has version 7; this Posture knows version ${VERSION}`),
    };
    await expect(opening(urlOf("newer"))).rejects.toMatchObject(refusal);
    await expect(openPostgresStore({ url: urlOf("newer"), now, readOnly: true })).rejects.toMatchObject(refusal);
    await expect(put(store, row("a"))).rejects.toMatchObject(refusal);
    await store.close();
  });
  it("eight that start at once make the schema once", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => openAt("together")));
    await Promise.all(stores.map((store, i) => put(store, row(`row ${i}`))));
    expect(await stores[0]?.head()).toMatchObject({ seq: 8 });
    await Promise.all(stores.map((store) => store.close()));
  });
  it("a schema may have any name", async () => {
    const url = `${urlOf("odd")}.with%20"quotes`;
    const store = await openPostgresStore({ url, now });
    await put(store, finding("a"));
    expect((await store.counts({}, AT)).open.high).toBe(1);
    await store.close();
    const reader = await openPostgresStore({ url, now, readOnly: true });
    expect(await reader.version()).toBe(VERSION);
    await reader.close();
  });
  it("to a reader a schema that is not there is a store to which nothing was written, and it stays so", async () => {
    const reader = await openPostgresStore({ url: urlOf("absent"), now, readOnly: true });
    expect([await reader.version(), (await reader.head()).seq]).toEqual([null, 0]);
    expect(await reader.read({ findings: "all" }, (view) => view.findings)).toEqual([]);
    await expect(put(reader, row("a"))).rejects.toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
    await reader.close();
    const schema = new URL(urlOf("absent")).searchParams.get("schema");
    expect((await admin.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema])).rowCount).toBe(0);
  });
});

/** A user who may do so much with the tables of a store. */
async function roleOn(
  place: string,
  rights: "SELECT" | "ALL",
): Promise<{ readonly name: string; readonly url: string; drop(): Promise<unknown> }> {
  const as = new URL(urlOf(place));
  const schema = as.searchParams.get("schema") ?? "";
  const name = `${schema}_user`;
  await admin.query(`CREATE ROLE "${name}" LOGIN PASSWORD 'example'; GRANT USAGE ON SCHEMA "${schema}" TO "${name}";
    GRANT ${rights} ON ALL TABLES IN SCHEMA "${schema}" TO "${name}"`);
  [as.username, as.password] = [name, "example"];
  return { name, url: as.href, drop: () => admin.query(`DROP OWNED BY "${name}"; DROP ROLE "${name}"`) };
}

describe("many on one store", () => {
  it("a user who may only read reads, and is told that it may not write", async () => {
    const store = await openAt("reading");
    await put(store, row("a"));
    const role = await roleOn("reading", "SELECT");
    const reader = await openPostgresStore({ url: role.url, now, readOnly: true });
    expect(await reader.read({ outbox: {} }, (view) => view.outbox.length)).toBe(1);
    await expect(put(reader, row("b"))).rejects.toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
    const writer = await openPostgresStore({ url: role.url, now });
    await expect(put(writer, row("b"))).rejects.toMatchObject({
      code: "POSTURE_STORE_REFUSED",
      message: expect.stringContaining("permission denied"),
    });
    await Promise.all([reader, writer, store].map((it) => it.close()));
    await role.drop();
  });
  it("a server that takes no writes says so, and nothing has changed; then writing goes on by itself", async () => {
    const owner = await openAt("readonly");
    await put(owner, row("a"));
    const role = await roleOn("readonly", "ALL");
    await admin.query(`ALTER ROLE "${role.name}" SET default_transaction_read_only = on`);
    const store = await openPostgresStore({ url: role.url, now });
    await expect(put(store, row("b"))).rejects.toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
    expect((await store.head()).seq).toBe(1);
    await admin.query(`ALTER ROLE "${role.name}" RESET default_transaction_read_only`);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role.name]);
    await put(store, row("b"));
    expect((await store.head()).seq).toBe(2);
    await Promise.all([store.close(), owner.close()]);
    await role.drop();
  });
  it("a list is of the moment at which it began, whatever is committed while it is read", async () => {
    const [store, other] = [await openAt("moment"), await openAt("moment")];
    const names = Array.from({ length: 1_200 }, (_, i) => `bucket-${i}`);
    await put(store, ...names.map((name) => finding(name)));
    const seen: string[] = [];
    for await (const { finding: it } of store.list({}, AT)) {
      if (seen.length === 0)
        await put(other, finding("bucket-0", { title: "changed" }), finding("new"), finding("bucket-1199", { condition: "cleared" }));
      seen.push(`${it.ref.name} ${it.title} ${it.condition}`);
    }
    expect(seen.toSorted()).toEqual(names.map((name) => `${name} Example failing`).toSorted());
    expect((await store.counts({}, AT)).resolved.high).toBe(1);
    await Promise.all([store.close(), other.close()]);
  });
  it("closing does not wait for a list that nobody reads on", async () => {
    const store = await openAt("abandoned");
    await put(store, finding("a"), finding("b"));
    const list = store.list({}, AT)[Symbol.asyncIterator]();
    await list.next();
    await store.close();
    await expect(put(store, row("late"))).rejects.toThrow("closed");
  });
  it("a connection that ends between two statements is replaced, and nobody hears of it", async () => {
    const store = await openPostgresStore({ url: `${urlOf("ended")}&application_name=ended`, now });
    await put(store, row("a"));
    const mine = "FROM pg_stat_activity WHERE application_name = 'ended'";
    await admin.query(`SELECT pg_terminate_backend(pid) ${mine}`);
    await vi.waitFor(async () => expect((await admin.query(`SELECT ${mine}`)).rowCount).toBe(0), { timeout: 5_000 });
    await put(store, row("b"));
    expect((await store.head()).seq).toBe(2);
    await store.close();
  });
  it("a decision that is made again after a lost connection is committed once", async () => {
    const store = await openPostgresStore({ url: `${urlOf("again")}&application_name=again`, now });
    const bodies: number[] = [];
    await store.transact({ outbox: { keys: ["counter"] } }, (view) => {
      const body = Number(view.outbox[0]?.body ?? 0) + 1;
      bodies.push(body);
      if (bodies.length === 1) endConnectionsOf("again");
      return { at: AT, events: [], writes: [row("counter", body)], result: undefined };
    });
    expect(bodies).toEqual([1, 1]);
    expect(await store.read({ outbox: {} }, (view) => view.outbox.map(({ body }) => body))).toEqual([1]);
    expect((await store.head()).seq).toBe(1);
    await store.close();
  });
});

/** At once, in a process of its own, while this one waits for it. */
function endConnectionsOf(application: string): void {
  const script = `import pg from "pg";
    const client = new pg.Client({ connectionString: ${JSON.stringify(inject("postgresUrl"))} });
    await client.connect();
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [${JSON.stringify(application)}]);
    await client.end();`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: import.meta.dirname });
}

describe("the log in the database", () => {
  it("is proved, with all that the tables show; what a hand changed in either is found", async () => {
    const store = await openAt("audited");
    const steps = ["a", "b"].map((name) => opened(name));
    await store.transact({}, () => ({
      at: AT,
      events: steps.flatMap(({ events }) => events),
      writes: [
        ...steps.flatMap(({ writes }) => writes),
        row("k\0🪣"),
        { kind: "inbox", value: { key: "i", receivedAt: AT, state: "done", body: null } },
      ],
      result: undefined,
    }));
    await put(store, { kind: "seen", value: { keys: ["x\ud800"], seen: { first: AT, baseline: true } } });
    await put(store, row("later"));
    const report = async () => {
      const source = await openPostgresAudit({ url: urlOf("audited") });
      if (!source) throw new Error("there is no log");
      return verifyLog(source.entries, source).finally(() => source.close());
    };
    expect(await report()).toMatchObject({ records: 3, bad: null, anchoredTo: 3, compared: ["the database"], differences: [] });
    const schema = new URL(urlOf("audited")).searchParams.get("schema") ?? "";
    await admin.query(`UPDATE "${schema}".findings SET value = replace(value, 'failing', 'cleared') WHERE arn = 'arn:aws:s3:::a'`);
    expect((await report()).differences).toMatchObject([{ row: { table: "findings" }, problem: "is shown otherwise than the log has it" }]);
    await admin.query(`UPDATE "${schema}".log SET line = replace(line, 'It is bad', 'It is fine') WHERE seq = 1`);
    expect(await report()).toMatchObject({ records: 0, bad: { seq: 1 } });
    const reading = async () => {
      for await (const record of store.records()) void record;
    };
    await expect(reading()).rejects.toMatchObject({
      code: "POSTURE_STORE_DATABASE_CORRUPT",
      message: expect.stringContaining("record 1 of its log"),
    });
    await store.close();
  });
  it("is not there where no store was made", async () => {
    expect(await openPostgresAudit({ url: urlOf("unaudited") })).toBeNull();
  });
});
