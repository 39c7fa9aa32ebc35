import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { generatedModules } from "../../tools/documentation/generated-modules.ts";
import { textModule } from "../../tools/documentation/text-module.ts";
import { packageRoot } from "../../tools/host/package-root.ts";

test("the generated modules are what `npm run documentation` would write now", () => {
  for (const { path, text } of generatedModules())
    expect(readFileSync(path, "utf8"), relative(packageRoot(), path)).toBe(text);
});

test("any text comes back from a generated module as it was", async () => {
  const text = "a `quoted` \x24{name} $ {} \\n\r\n\x24{`\x24{\\`}`}\\";
  const source = textModule("texts", "Some.", new Map([["it's", text]])).replace(/: Readonly<[^=]*=/, " =");
  const { texts } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  expect(texts).toEqual({ "it's": text });
});
