/** A page's programs are compiled without leaving work behind that ends after their tests have ended. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { targets } from "../../compiler/targets/registry.ts";
import { subjectOf, targetCalled } from "../../tools/cli/commands/emit/run-emit.ts";
import { compileBlock } from "../../tools/documentation/compile-block.ts";
import { diagnosticPages } from "../../tools/documentation/diagnostics-index.ts";
import { expectedCodes, isProgram, readSpecPage, wholeFile } from "../../tools/documentation/spec-page.ts";
import { createFileHost } from "../../tools/host/file-sources.ts";

const emitted = diagnosticPages().flatMap(({ path }) => {
  const blocks = readSpecPage(path);
  return blocks.filter(isProgram).flatMap((block) => {
    const [target] = block.values.get("emit") ?? [];
    return target === undefined ? [] : [{ target, block, blocks }];
  });
});

afterEach(() => vi.restoreAllMocks());

describe("the programs of pages that say emit=TARGET", () => {
  it("write no files: what writes them is loaded by a promise, for which no page waits", () => {
    expect(emitted.length).toBeGreaterThan(4);
    const writing = targets.map((target) => vi.spyOn(target, "emit"));
    for (const { block, blocks } of emitted) compileBlock(block, blocks);
    for (const emit of writing) expect(emit).not.toHaveBeenCalled();
  });

  it.each(emitted.map(({ target, block }) => [target, block.line, block] as const))(
    "%s, line %i: is refused for what the target says that it refuses",
    async (name, _, block) => {
      const compilation = compile({ path: "test.fcn", text: wholeFile(block) }, createFileHost());
      const target = targetCalled(name);
      const refused = expectedCodes(block).length > 0;
      for (const network of compilation.networks) {
        const subject = subjectOf(network, compilation, undefined, false);
        const diagnostics = target.refusals(subject);
        expect(diagnostics.length > 0).toBe(refused);
        if (refused) expect(await target.emit(subject)).toEqual({ kind: "refused", diagnostics });
      }
    },
  );
});
