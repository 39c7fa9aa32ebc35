import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";

/** The texts of a source: strings and the fixed parts of templates. */
function textsOf(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

test("no text of the compiler names a command or an option: whoever shows it may have none", () => {
  const folder = join(packageRoot(), "compiler");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    // a file that a target writes may say which commands go with it
    (name) => /\.ts$/.test(name) && !/\.generated\.ts$|^targets[\\/]\w+[\\/]/.test(name),
  );
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((name) =>
    textsOf(join(folder, name))
      .filter((text) => /(?<![\w-])--[a-z]|\bfcn [a-z]+ (FILE|--)|`fcn [a-z]/.test(text))
      .map((text) => `${name}: ${text}`),
  );
  expect(found).toEqual([]);
});
