/** Where the decode worker's entry file is: beside the bundle, or in the sources. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Built: `decode-worker.js` in the folder of the bundle that holds this module. From source (tsx, vitest): a small
 * JavaScript file that first lets tsx translate TypeScript.
 */
export function decodeWorkerLocation(here = import.meta.url): URL {
  const location = new URL(
    here.endsWith(".ts") ? "./decode-worker-from-source.mjs" : "./decode-worker.js",
    here,
  );
  if (!existsSync(location)) {
    throw new Error(
      `${fileURLToPath(location)} is missing: the build makes it beside the program from runtime/data/decode-worker.ts`,
    );
  }
  return location;
}
