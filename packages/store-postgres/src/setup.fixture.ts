import type { TestProject } from "vitest/node";
import { startPostgres } from "./server.fixture.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Of a server that all tests of the run share; each takes a schema or a database of its own. */
    readonly postgresUrl: string;
  }
}

/** One Postgres for the whole run; `POSTURE_TEST_POSTGRES` names another one, of a superuser. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env["POSTURE_TEST_POSTGRES"];
  if (given !== undefined) {
    project.provide("postgresUrl", given);
    return undefined;
  }
  const server = await startPostgres();
  project.provide("postgresUrl", server.url);
  return () => server.stop();
}
