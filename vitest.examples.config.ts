import { defineConfig } from "vitest/config";

/** `npm run verify:examples`: every example trained on four scenes until it knows them by heart. */
export default defineConfig({
  test: {
    include: ["tests/examples/overfit-*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
