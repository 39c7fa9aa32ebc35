/**
 * Tests that take minutes, apart from those of `npm test`.
 *
 *   npm run verify:examples [-- --short]     every example learns four scenes by heart
 *   npm run verify:browsers [-- --short]     what runs in Chromium
 *   npm run verify:webgpu                    every operation, loss and primitive on a GPU, in software where there is no other
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../host/package-root.ts";

const { values, positionals } = parseArgs({
  options: { short: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [kind, ...files] = positionals;
const vitest = join(packageRoot(), "node_modules", "vitest", "vitest.mjs");
const child = spawn(process.execPath, [vitest, "run", "--config", `vitest.${kind}.config.ts`, ...files], {
  cwd: packageRoot(),
  stdio: "inherit",
  env: { ...process.env, FCN_VERIFY_SHORT: values.short ? "1" : "" },
});
const [status] = await once(child, "exit");
process.exitCode = status ?? 1;
