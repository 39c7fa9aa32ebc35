import { defineConfig } from "vitest/config";

/** What runs in Chromium: `npm run verify:browsers`. One file after the other, each has the machine's cores to itself. */
export default defineConfig({
  test: { include: ["tests/browsers/**/*.test.ts"], pool: "forks", maxWorkers: 1, hookTimeout: 120_000 },
});
