/** Before the tests of the command: its bundle, made once for all of them. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundlePrograms } from "../../tools/build/bundle.ts";
import { programs } from "../../tools/build/entry-points.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of `fcn.js`, and of `run-program.js`, which runs the same in the process that asks. */
    readonly commandFolder: string;
  }
}

/** Inside the package, where its dependencies and its prelude are found. */
export default async function bundleCommand(project: TestProject): Promise<() => void> {
  mkdirSync(join(packageRoot(), ".build"), { recursive: true });
  const folder = mkdtempSync(join(packageRoot(), ".build", "cli-test-"));
  await bundlePrograms(packageRoot(), folder, { ...programs, "run-program": "tools/cli/run-program.ts" });
  project.provide("commandFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
