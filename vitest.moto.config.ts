import { defineConfig } from "vitest/config";

const conditions = ["@posture/source", "node", "development|production"];

/** Against an AWS that others wrote: `pip install 'moto[server]'`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ["packages/*/src/**/*.moto.test.ts", "apps/*/src/**/*.moto.test.ts"], fileParallelism: false },
});
