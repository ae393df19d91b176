import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const conditions = ["@posture/source", "node", "development|production"];

/** What takes too long to be run with every change: `pnpm test:long`, and CI. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.long.test.ts", "apps/*/src/**/*.long.test.ts"],
    maxWorkers: 2,
    env: { NODE_COMPILE_CACHE: join(tmpdir(), "posture-compile-cache") },
    testTimeout: 60_000,
  },
});
