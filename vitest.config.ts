import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.ts";

/**
 * A process each: they measure what an engine keeps in memory, start its backend themselves, or put it into states that others must
 * not meet. Loading TensorFlow.js and finding the engines takes longer than most of the others.
 */
const apart = [
  "tests/engines/{choose,context-module,engines,largest-array,memory,session,webgpu}.test.ts",
  "tests/engines/native/{forecast,lost-worker,self-test,session}.test.ts",
  "tests/engines/tfjs/{primitives,refused,tensor-count}.test.ts",
  "tests/examples/sliding-window-classifier.test.ts",
];

const commands = ["tests/cli/**/*.test.ts"];

/** `npm run verify:browsers`: Chromium computes in software on most machines, minutes where the rest takes seconds. */
const browsers = ["tests/browsers/**/*.test.ts"];

/** `npm run verify:webgpu`: a GPU in software takes longer than all engines of the CPU together. */
const gpu = ["tests/engines/native/webgpu-provider.test.ts"];

/** `npm run verify:examples`: minutes of training. */
const byHeart = ["tests/examples/overfit-*.test.ts"];

/** One more than the cores: tests wait for processes of their own. By itself vitest leaves a core free for its own process, which is idle then. */
const maxWorkers = availableParallelism() + 1;

/** Room for new objects: with the 16 MB that Node gives them, drawing and compiling spends a sixth more on collecting them. */
const execArgv = ["--max-semi-space-size=64"];

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: "forks", execArgv } as const;

export default defineConfig({
  test: {
    maxWorkers,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", "./tests/numeric/operation-reporter.ts", "./tests/numeric/learning-reporter.ts"],
    projects: [
      // One process for many files: loading the compiler and TensorFlow.js for each takes longer than most of the tests.
      {
        test: {
          ...common,
          name: "together",
          include: ["tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...apart, ...commands, ...browsers, ...gpu, ...byHeart],
          isolate: false,
          globalSetup: "tests/support/warm-python/set-up.ts",
        },
      },
      {
        test: {
          ...common,
          name: "commands",
          include: commands,
          isolate: false,
          globalSetup: ["tests/support/warm-python/set-up.ts", "tests/cli/bundle-command.ts"],
          server: { deps: { external: [/\/\.build\//] } }, // the bundle, as Node itself loads it
        },
      },
      {
        test: {
          ...common,
          name: "apart",
          include: apart,
        },
      },
    ],
  },
});
