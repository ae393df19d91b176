import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

/** An AWS that others wrote, as a process. */
export class Moto {
  readonly endpoint: string;
  readonly #server: ChildProcess;

  private constructor(endpoint: string, server: ChildProcess) {
    this.endpoint = endpoint;
    this.#server = server;
  }

  static async started(): Promise<Moto> {
    const port = await freePort();
    // Newer versions have AWS's own policies only on request.
    const env = { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" };
    const server = spawn(process.env["MOTO_SERVER"] ?? "moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore", env });
    const endpoint = `http://127.0.0.1:${port}`;
    await answering(endpoint);
    return new Moto(endpoint, server);
  }

  async stop(): Promise<void> {
    this.#server.kill("SIGKILL");
    await once(this.#server, "exit");
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answering(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
    if (Date.now() > deadline) throw new Error("moto did not start; install it with `pip install 'moto[server]'` or set MOTO_SERVER");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
