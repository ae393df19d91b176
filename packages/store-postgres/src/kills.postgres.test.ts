import { expect, it } from "vitest";
import { urlOf } from "./database.test.fixture.ts";
import { killWriters } from "./kills.fixture.ts";

it("processes that are killed, one before it says something to the server and one just after, lose nothing and double nothing", async () => {
  const { wrong, kills, acknowledged } = await killWriters(urlOf("kills"), 3, 4);
  expect(wrong).toEqual([]);
  expect([kills, acknowledged > 0]).toEqual([4, true]);
});
