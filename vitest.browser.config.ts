import { defineConfig } from "vitest/config";

const conditions = ["@posture/source", "node", "development|production"];

/** In a real browser, and a real spreadsheet: `apt-get install chromium fonts-noto-color-emoji libreoffice-calc`. What the browser sees is in `.screenshots/`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.browser.test.ts", "apps/*/src/**/*.browser.test.ts"],
    fileParallelism: false,
    testTimeout: 45_000,
    hookTimeout: 60_000,
  },
});
