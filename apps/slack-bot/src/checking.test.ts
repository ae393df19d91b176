import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plus } from "@posture/core";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Apart } from "./apart.ts";
import { recheck } from "./deeds.ts";
import { type Desk, messagesAbout } from "./desk.ts";
import { listed } from "./finding.test.fixture.ts";
import { deskWith, NOW } from "./home/desk.test.fixture.ts";
import { render } from "./models.ts";
import { findingRow, outboxOf, type Row } from "./outbox/rows.ts";

/* What a message says while its resource is read, whichever bot reads it. */

const it = listed();
const MINUTE = 60_000;

let folder: string;
let slack: LocalSlack;
let desk: Desk;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-checking-"));
  slack = await startSlack({});
  desk = await deskWith({ slack, folder, findings: [it.finding] });
  const value = outboxOf(findingRow(it.finding.fingerprint, 0, NOW));
  await desk.store.transact({}, () => ({ at: NOW, events: [], writes: [{ kind: "outbox", value }], result: undefined }));
});
afterEach(async () => {
  await desk.posture.close();
  await slack.close();
  rmSync(folder, { recursive: true });
});

async function row(): Promise<Row> {
  const [found] = await messagesAbout(desk, it.finding);
  if (!found) throw new Error("there is no message");
  return found;
}
async function shown(by: Desk = desk): Promise<string> {
  return (await render(by, await row()))?.text ?? "";
}

/** Reads wait until they are let go: in `waiting`, in the order in which they were asked for. */
function held(): { readonly waiting: (() => void)[]; readonly apart: Apart } {
  const waiting: (() => void)[] = [];
  const apart: Apart = async (_, work) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return work();
  };
  return { waiting, apart };
}

test("it says so at every bot, until whoever asked last has an answer", async () => {
  const { waiting, apart } = held();
  const first = recheck({ ...desk, apart }, it, "U0ANA");
  await expect.poll(() => waiting.length).toBe(1);
  const second = recheck({ ...desk, apart, now: () => plus(NOW, 1000) }, it, "U0BEN");
  await expect.poll(() => waiting.length).toBe(2);
  expect(await shown()).toMatch(/^⏳ Checking/);

  waiting[0]?.();
  await first;
  expect((await row()).body).toMatchObject({ checking: { by: "U0BEN" }, said: { by: "U0ANA" } });
  waiting[1]?.();
  await second;
  expect((await row()).body).toMatchObject({ checking: null, said: { by: "U0BEN" } });
  expect(await shown()).not.toContain("Checking");
});

test("it does not go on saying so when the read ends in a fault of our own", async () => {
  const broken: Apart = () => Promise.reject(new Error("a fault"));
  const before = (await row()).body.wanted;
  await expect(recheck({ ...desk, apart: broken }, it, "U0ANA")).rejects.toThrow("a fault");
  expect((await row()).body).toMatchObject({ checking: null, wanted: before + 2 });
  expect(await shown()).not.toContain("Checking");
});

test("it is not believed of a bot that never came back", async () => {
  const { waiting, apart } = held();
  void recheck({ ...desk, apart }, it, "U0ANA");
  await expect.poll(() => waiting.length).toBe(1);
  expect(await shown({ ...desk, now: () => plus(NOW, 4 * MINUTE) })).toMatch(/^⏳ Checking/);
  expect(await shown({ ...desk, now: () => plus(NOW, 6 * MINUTE) })).not.toContain("Checking");
});
