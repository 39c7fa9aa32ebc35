import { defineConfig } from "vitest/config";

const common = {
  env: { FCN_SOFTWARE_GPU: "alone" },
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: "forks",
} as const;

/** `npm run verify:webgpu`: every operation, loss and primitive on a GPU, which is in software on most machines and takes minutes. */
export default defineConfig({
  test: {
    reporters: ["default", "./tests/numeric/operation-reporter.ts"],
    projects: [
      // One process for many files: what the driver compiled for one, others need, too.
      { test: { ...common, name: "numeric", include: ["tests/numeric/**/*.test.ts"], isolate: false } },
      // A process each: they start the backend themselves, and a second one beside it ends the process.
      {
        test: {
          ...common,
          name: "primitives",
          include: ["tests/engines/tfjs/primitives.test.ts", "tests/engines/native/webgpu-provider.test.ts"],
        },
      },
    ],
  },
});
