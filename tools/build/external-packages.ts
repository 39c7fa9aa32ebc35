/** Packages that a bundle leaves in node_modules: what the package itself depends on. Development dependencies are bundled. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Engines that a user may add, whether or not this package names them. */
const addedByUser = ["@tensorflow/*", "onnxruntime-node"];

export function externalPackages(root: string): readonly string[] {
  const about = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  }; // the fields npm defines
  const named = { ...about.dependencies, ...about.optionalDependencies, ...about.peerDependencies };
  return [...new Set([...Object.keys(named), ...addedByUser])];
}
