import type { FindingStore, OutboxRow } from "@posture/core";
import { expect, test } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture } from "./posture.ts";
import { ann, aws, findingOf, folder, type Given, idOf, REASON, SITE, swept } from "./suppressing.test.fixture.ts";

/** A process on the same store that announces nothing. */
async function silently(store: FindingStore, act: (posture: Posture) => Promise<unknown>): Promise<void> {
  const posture = await createPosture({ store, folder, aws: { endpoint: aws.url, region: "us-east-1" } });
  try {
    await act(posture);
  } finally {
    await posture.close();
  }
}
async function toldOf(store: FindingStore, fingerprint: string): Promise<void> {
  const row: OutboxRow = { key: `finding:${fingerprint}:1`, subject: fingerprint, state: "sent", dueAt: null, body: {} };
  await store.transact({}, () => ({
    at: new Date().toISOString(),
    events: [],
    writes: [{ kind: "outbox", value: row }],
    result: undefined,
  }));
}
const left = ({ store }: Given): Promise<readonly OutboxRow[]> =>
  store.read({ outbox: {} }, ({ outbox }) => outbox.filter(({ key, state }) => key.startsWith("untold:") && state === "due"));
const wish = { justification: REASON, by: ann } as const;

test("of several commits that nobody announced one change is announced: from what was told last to what is true now, once", async () => {
  const given = await swept();
  const { fingerprint } = await findingOf(given, SITE, "dev-site");
  await toldOf(given.store, fingerprint);
  await silently(given.store, async (posture) => {
    await posture.assign(fingerprint, "U1", ann);
    await posture.suppress({ ...wish, fingerprint });
  });
  expect(await left(given)).toHaveLength(2); // the finding, and its suppression
  await given.posture.catchUp();
  expect(given.changes.map(({ before, after, cause }) => [before?.status, before?.finding.assignee, after.status, cause.kind])).toEqual([
    ["open", undefined, "suppressed", "suppression"],
  ]);
  expect(given.changes[0]?.after.finding.assignee?.id).toBe("U1");
  await given.posture.catchUp();
  expect([given.changes.length, (await left(given)).length]).toEqual([1, 0]);

  const again = await findingOf(given, SITE, "dev-site");
  await silently(
    given.store,
    async (posture) => await posture.lift((await posture.suppressionNamed(again.fingerprint)).suppression.id, ann),
  );
  await given.posture.catchUp();
  expect(given.changes.map(({ before, after }) => [before?.status, after.status])).toEqual([
    ["open", "suppressed"],
    ["suppressed", "open"],
  ]);
});

test("where nothing was ever told, nothing is left to be announced", async () => {
  const given = await swept();
  const { fingerprint } = await findingOf(given, SITE, "dev-site");
  await silently(given.store, async (posture) => void idOf(await posture.suppress({ ...wish, fingerprint })));
  expect(await left(given)).toEqual([]);
});

test("what a process without an announcer catches up with is left as it is", async () => {
  const given = await swept();
  const { fingerprint } = await findingOf(given, SITE, "dev-site");
  await toldOf(given.store, fingerprint);
  await silently(given.store, async (posture) => {
    await posture.suppress({ ...wish, fingerprint });
    await posture.catchUp();
  });
  expect(await left(given)).toHaveLength(2);
});
