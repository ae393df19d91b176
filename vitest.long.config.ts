import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const conditions = ["@posture/source", "node", "development|production"];
/** These share a Postgres, which is started for them alone. */
const onPostgres = "{packages,apps}/*/src/**/*.postgres.long.test.ts";

/** What takes too long to be run with every change: `pnpm test:long`, and CI. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // One more than there are processors: most of these wait for leases and deadlines most of the time.
    maxWorkers: 3,
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "posture-compile-cache") },
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "long", include: ["packages/*/src/**/*.long.test.ts", "apps/*/src/**/*.long.test.ts"], exclude: [onPostgres] },
      },
      {
        extends: true,
        test: { name: "postgres", include: [onPostgres], globalSetup: "packages/store-postgres/src/setup.fixture.ts" },
      },
    ],
  },
});
