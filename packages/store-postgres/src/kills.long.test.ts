import { expect, it } from "vitest";
import { killWriters } from "./kills.fixture.ts";
import { startPostgres } from "./server.fixture.ts";

it("killed processes, and a server that is killed under them, lose nothing and double nothing", { timeout: 120_000 }, async () => {
  const server = await startPostgres(["max_connections=100"]);
  try {
    const { wrong, kills, crashes } = await killWriters(`${server.url}?schema=kills`, 5, 16, {
      crash: () => server.crash(),
      crashEvery: 5,
    });
    expect(wrong).toEqual([]);
    expect([kills >= 12, crashes >= 2]).toEqual([true, true]);
  } finally {
    await server.stop();
  }
});
