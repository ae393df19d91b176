import { dyingSockets } from "./dying.fixture.ts";
import { openPostgresStore } from "./store.ts";

/** Opens a store, which brings it up to date, and closes it; or kills itself before, or just after, so many messages to the server. */
const [url = "", moment = "", failpoint = "0"] = process.argv.slice(2);
const store = await openPostgresStore({
  pool: { connectionString: url, stream: dyingSockets({ moment, messages: Number(failpoint) }) },
  schema: new URL(url).searchParams.get("schema") ?? "posture",
  now: () => new Date().toISOString(),
});
console.log(`version ${await store.version()}`);
await store.close();
