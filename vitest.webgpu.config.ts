import { defineConfig } from "vitest/config";

/** `npm run verify:webgpu`: every operation, loss and primitive on a GPU, which is in software on most machines and takes minutes. */
export default defineConfig({
  test: {
    include: [
      "tests/numeric/**/*.test.ts",
      "tests/engines/tfjs/primitives.test.ts",
      "tests/engines/native/webgpu-provider.test.ts",
    ],
    env: { FCN_SOFTWARE_GPU: "alone" },
    reporters: ["default", "./tests/numeric/operation-reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // One process for many files: what the driver compiled for one, others need, too.
    isolate: false,
  },
});
