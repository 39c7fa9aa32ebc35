/** Programs to start mutations from: every example, the prelude, and every program of the pages in `specs/`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readSpecPage, wholeFile } from "../../documentation/spec-page.ts";
import { packageRoot } from "../../host/package-root.ts";

export function programCorpus(): readonly string[] {
  const files = (folder: string, ending: string): readonly string[] =>
    readdirSync(join(packageRoot(), folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(packageRoot(), folder, name));
  return [
    ...[...files("examples", ".fcn"), ...files("compiler/prelude", ".fcn")].map((path) =>
      readFileSync(path, "utf8"),
    ),
    ...files("specs", ".md")
      .flatMap((path) => readSpecPage(path))
      .filter(({ language }) => language === "fcn")
      .map(wholeFile),
  ];
}
