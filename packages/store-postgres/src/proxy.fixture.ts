import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A number from 0 to 1, the same sequence for the same seed. */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export interface Cuts {
  /** Of a message to the server: the connection is reset before it is passed on. */
  readonly before: number;
  /** Of a COMMIT: it is passed on, and the connection is reset before the answer is. */
  readonly atCommit: number;
}

export interface Proxy {
  readonly port: number;
  /** Resets, of all kinds; of these, those after a COMMIT had been passed on. */
  readonly counts: { resets: number; commits: number };
  stop(): Promise<void>;
}

/** Passes everything on to the server, and resets connections at bad moments. */
export async function startProxy(target: { readonly host: string; readonly port: number }, cuts: Cuts, chance: Chance): Promise<Proxy> {
  const counts = { resets: 0, commits: 0 };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const cut = (): void => {
      counts.resets += 1;
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    let isCutting = false;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (isCutting) return;
      if (chunk.includes("COMMIT") && chance() < cuts.atCommit) {
        isCutting = true;
        counts.commits += 1;
        upstream.write(chunk, () => setTimeout(cut, chance() * 4));
      } else if (chance() < cuts.before) {
        isCutting = true;
        cut();
      } else upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (!isCutting) client.write(chunk);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    counts,
    stop: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, "close");
    },
  };
}
