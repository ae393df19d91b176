import { describe, expect, it } from "vitest";
import { now, urlOf } from "./database.test.fixture.ts";
import { VERSION } from "./migrations.ts";
import { openPostgresStore } from "./store.ts";
import { expectAllOfVersion1, expectNewDeeds, openedAt, rowsOfVersion1, shapeOf, writeVersion1 } from "./version-1.test.fixture.ts";

describe("a store that was written by version 1", () => {
  it("is brought up to date as it is opened, with everything that it holds; then findings have assignees", async () => {
    const url = urlOf("upgraded");
    await writeVersion1(url);
    expect(await shapeOf(url)).toEqual({ version: 1, hasAssignee: false });
    const store = await openedAt(url);
    expect(await shapeOf(url)).toEqual({ version: VERSION, hasAssignee: true });
    await expectAllOfVersion1(store, url);
    await expectNewDeeds(store);
    await store.close();
    const again = await openedAt(url);
    expect((await again.head()).seq).toBe(9);
    await again.close();
  });
  it("counts what it counted, by totals that were kept all the time", async () => {
    const url = urlOf("counted");
    await writeVersion1(url);
    const store = await openedAt(url);
    const kept = rowsOfVersion1("totals").flatMap(({ check_id, count }) => (count === 0 ? [] : [[check_id, count]]));
    const counted = await Promise.all(
      [...new Set(kept.map(([check]) => String(check)))].map(async (check) => {
        const counts = await store.counts({ checks: [check] }, now());
        return Object.values(counts).reduce((sum, by) => Object.values(by).reduce((all, count) => all + count, sum), 0);
      }),
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(kept.reduce((sum, [, count]) => sum + Number(count), 0));
    await store.close();
  });
  it("is refused to a reader, who changes nothing, and says what to do", async () => {
    const url = urlOf("outdated");
    await writeVersion1(url);
    await expect(openPostgresStore({ url, now, readOnly: true })).rejects.toMatchObject({
      code: "POSTURE_STORE_OUTDATED",
      message: expect.stringContaining("version 1"),
    });
    expect(await shapeOf(url)).toEqual({ version: 1, hasAssignee: false });
  });
  it("is brought up to date once by eight that open it at once", async () => {
    const url = urlOf("upgraded_together");
    await writeVersion1(url);
    const stores = await Promise.all(Array.from({ length: 8 }, () => openedAt(url)));
    const [store] = stores;
    if (!store) throw new Error("none was opened");
    await expectAllOfVersion1(store, url);
    await Promise.all(stores.map((it) => it.close()));
  });
});
