/** The version of this package, as package.json gives it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";

export function version(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  const { version } = JSON.parse(text) as { readonly version?: unknown }; // a package.json is an object
  if (typeof version !== "string") throw new Error("package.json says no version");
  return version;
}
