import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalSlack, type PersonName, startSlack } from "@posture/sandbox/slack";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { listed, refOf } from "../finding.test.fixture.ts";
import { NO_FILTER } from "./codec.ts";
import { deskWith, NOW } from "./desk.test.fixture.ts";
import { PACE } from "./due.ts";
import { Homes } from "./homes.ts";

let folder: string;
let slack: LocalSlack;
let desk: Desk;
let homes: Homes;
let at: number;
let ana: string;

const soon = { timeout: 10_000, interval: 10 };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-homes-"));
  slack = await startSlack({});
  at = Date.parse(NOW);
  desk = await deskWith({ slack, folder, findings: [listed().finding], clock: () => at });
  homes = new Homes({ desk, clock: () => at, isHalted: () => false });
  ana = await idOf("Ana");
});
afterEach(async () => {
  await homes.stop();
  await desk.posture.close();
  await slack.close();
  rmSync(folder, { recursive: true });
});

async function call(method: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${slack.botToken}` };
  return (await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
}
async function idOf(name: PersonName): Promise<string> {
  const { members } = z.object({ members: z.array(z.object({ id: z.string(), name: z.string() })) }).parse(await call("users.list", {}));
  return members.find((member) => member.name === name.toLowerCase())?.id ?? "";
}
const shown = (name: PersonName = "Ana"): string => JSON.stringify(slack.home(name)?.blocks ?? []);
const published = (): number => slack.ledger().filter(({ method }) => method === "views.publish").length;
async function another(name: string): Promise<void> {
  const value = listed("open", { ref: refOf(name), fingerprint: `v1-${name.padEnd(32, "0")}` }).finding;
  await desk.store.transact({}, () => ({ at: NOW, events: [], writes: [{ kind: "finding", value }], result: undefined }));
}

describe("a Home tab that somebody has opened", () => {
  test("follows what happens, and is sent nothing where nothing has changed", async () => {
    await homes.show(ana, NO_FILTER);
    expect(shown()).toContain('Posture: 1 open finding"');
    at += PACE.between;
    homes.changed();
    await another("b");
    at += PACE.between;
    homes.changed();
    await vi.waitFor(() => expect(shown()).toContain("Posture: 2 open findings"), soon);
    // The first change changed nothing that it shows, or was told together with the second.
    expect(published()).toBe(2);
  });

  test("is left to the process that has published since", async () => {
    await homes.show(ana, NO_FILTER);
    const view = { type: "home", blocks: [{ type: "divider" }] };
    expect(await call("views.publish", { user_id: ana, view })).toMatchObject({ ok: true });
    await another("b");
    at += PACE.between;
    homes.changed();
    await vi.waitFor(() => expect(slack.ledger().at(-1)?.answer).toMatchObject({ error: "hash_conflict" }), soon);
    expect(shown()).toBe(JSON.stringify(view.blocks));
    await homes.show(ana, NO_FILTER);
    expect(shown()).toContain("Posture: 2 open findings");
  });

  test("is tried again when Slack took nothing", async () => {
    await homes.show(ana, NO_FILTER);
    await another("b");
    slack.fault({ method: "views.publish", kind: "ratelimited", retryAfter: 1 });
    at += PACE.between;
    homes.changed();
    await vi.waitFor(() => expect(published()).toBe(2), soon);
    at += PACE.between;
    homes.changed();
    await vi.waitFor(() => expect(shown()).toContain("Posture: 2 open findings"), soon);
  });

  test("is shown with the trend in characters where Slack does not take the picture", async () => {
    const picture = await desk.pictures.made(await desk.posture.summary());
    await homes.show(ana, NO_FILTER);
    expect(shown()).toContain(picture?.fileId ?? "no picture");
    expect(await call("files.delete", { file: picture?.fileId })).toMatchObject({ ok: true });
    await homes.show(ana, NO_FILTER);
    const answers = slack.ledger().filter(({ method }) => method === "views.publish");
    expect(answers.map(({ answer }) => answer?.ok)).toEqual([true, false, true]);
    expect(shown()).toContain("rich_text_preformatted");
  });

  test("is each person's own", async () => {
    await homes.show(ana, { severity: "low", page: 1 });
    await homes.show(await idOf("Ben"), NO_FILTER);
    expect(shown("Ana")).toContain("Findings: none (open · low)");
    expect(shown("Ben")).toContain("Findings: 1 of 1 (open)");
  });
});
