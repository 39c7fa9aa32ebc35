import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../../compiler/compile.ts";
import { createFileHost } from "../../../tools/host/file-sources.ts";
import { packageRoot } from "../../../tools/host/package-root.ts";

const folder = join(packageRoot(), "examples");

describe.each(readdirSync(folder).filter((name) => name.endsWith(".fcn")))("examples/%s", (name) => {
  it("has no warning, and what it lives with it says", () => {
    const path = join(folder, name);
    const { diagnostics } = compile({ path, text: readFileSync(path, "utf8") }, createFileHost());
    expect(
      diagnostics
        .filter(({ severity }) => severity !== "information")
        .map(({ code, message }) => [code, message]),
    ).toEqual([]);
  });
});
