import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { VERSION } from "./migrations.ts";
import { type Server, startPostgres } from "./server.fixture.ts";
import { expectAllOfVersion1, openedAt, shapeOf, writeVersion1 } from "./version-1.test.fixture.ts";

/* A process that brings a store of version 1 up to date is killed at each message that it sends to the server; another one goes on. */

let server: Server;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const SCRIPT = fileURLToPath(new URL("./upgrade.fixture.ts", import.meta.url));
const NEVER = 1_000;

/** Whether it was killed, and what it said otherwise. */
async function upgrade(url: string, moment: string, messages: number): Promise<{ readonly killed: boolean; readonly said: string }> {
  const child = spawn(process.execPath, ["--conditions=@posture/source", SCRIPT, url, moment, String(messages)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  const [, signal] = await once(child, "close");
  return { killed: signal === "SIGKILL", said };
}

it.each(["before", "after"])(
  "killed %s whatever message it sends, it leaves one version whole, and who opens the store next has all of it",
  { timeout: 300_000 },
  async (moment) => {
    const left: number[] = [];
    for (let messages = 1; messages < NEVER; messages += 1) {
      const url = `${server.url}?schema=upgrade_${moment}_${messages}`;
      await writeVersion1(url);
      const { killed, said } = await upgrade(url, moment, messages);
      if (!killed) {
        expect(said).toBe(`version ${VERSION}\n`);
        break;
      }
      const { version, hasAssignee } = await shapeOf(url);
      expect([messages, hasAssignee]).toEqual([messages, version >= 2]);
      left.push(version);
      const store = await openedAt(url);
      expect(await shapeOf(url)).toEqual({ version: VERSION, hasAssignee: true });
      await expectAllOfVersion1(store, url);
      await store.close();
    }
    // Killed early it was not begun, killed late it was done; it never goes back.
    expect([left[0], left.at(-1), left.length > 10]).toEqual([1, VERSION, true]);
    expect(left).toEqual(left.toSorted((a, b) => a - b));
  },
);
