/** Whether this machine has the Graphviz program; without it the tests that need it are skipped by name. */
import { spawnSync } from "node:child_process";

export const graphvizIsInstalled = spawnSync("dot", ["-V"]).error === undefined;

if (!graphvizIsInstalled && process.env.CI !== undefined)
  throw new Error("the program dot is not installed: on CI the tests that need it must run");
