import { defineConfig } from "vitest/config";

const conditions = ["@posture/source", "node", "development|production"];

/** Processes that are killed and disks that lose their power, for minutes: `pnpm test:chaos`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ["packages/*/src/**/*.chaos.test.ts", "apps/*/src/**/*.chaos.test.ts"], fileParallelism: false },
});
