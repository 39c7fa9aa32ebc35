/** Packages that may not be installed. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Imports a package by name; rejects as `import()` does. */
export type ModuleLoader = (name: string) => Promise<unknown>;

export type OptionalModule =
  | { readonly kind: "loaded"; readonly module: unknown }
  | { readonly kind: "absent" | "broken"; readonly reason: string };

/** Looks beside this program first, then in the project the user is in. */
export const loadModule: ModuleLoader = async (name) => {
  try {
    return await import(name);
  } catch (error) {
    if (!isAbsence(error, name)) throw error;
    const resolved = createRequire(join(process.cwd(), "package.json")).resolve(name);
    return await import(pathToFileURL(resolved).href);
  }
};

export async function importOptional(load: ModuleLoader, name: string): Promise<OptionalModule> {
  try {
    return { kind: "loaded", module: await load(name) };
  } catch (error) {
    if (isAbsence(error, name)) return { kind: "absent", reason: `the package ${name} is not installed` };
    const [message = ""] = String(error instanceof Error ? error.message : error).split("\n");
    return { kind: "broken", reason: `the package ${name} is installed but does not load: ${message}` };
  }
}

/** The package itself is missing, and not something it needs. */
function isAbsence(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const missing = error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
  return missing && new RegExp(`Cannot find (package|module) '${name}'`).test(error.message);
}
