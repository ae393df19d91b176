import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, inject, it } from "vitest";
import { now, urlOf } from "./database.test.fixture.ts";
import { openPostgresStore } from "./store.ts";

it("a server behind a door that opens late is waited for", async () => {
  const target = new URL(inject("postgresUrl"));
  let isOpen = false;
  const door = createServer((client) => {
    if (!isOpen) return client.resetAndDestroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
    client.pipe(upstream).pipe(client);
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  const late = new URL(urlOf("late"));
  late.port = typeof address === "object" ? String(address?.port) : "";
  const opened = openPostgresStore({ url: late.href, now });
  await once(door, "connection");
  isOpen = true;
  const store = await opened;
  expect(await store.head()).toMatchObject({ seq: 0 });
  await store.close();
  door.close();
});
