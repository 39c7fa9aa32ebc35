import { describe, expect, it } from "vitest";
import { type Compilation, compile } from "../../compiler/compile.ts";
import { tryFixes } from "../../compiler/fixes/try-fixes.ts";
import type { Terminal } from "../../tools/cli/console/terminal.ts";
import { showDiagnostics } from "../../tools/cli/program/load-network.ts";

/** Every compilation reads the imported file once: the reads count the compilations. */
function counting(statements: string): {
  readonly compilation: Compilation;
  readonly compilations: () => number;
} {
  let reads = 0;
  const text = `import { pass } from "part"\nnetwork N {\n  input image [3, H, W]\n  ${statements}\n  pass()\n  output y\n}\n`;
  const read = () => {
    reads++;
    return { path: "part.fcn", text: "block pass() { relu }\n" };
  };
  return { compilation: compile({ path: "n.fcn", text }, { read }), compilations: () => reads };
}

const silent: Terminal = {
  print: () => undefined,
  note: () => undefined,
  printColour: false,
  noteColour: false,
  interactive: false,
};

/** Sound; of each layer a note proposes a fix. */
const noted = "conv(8, 3x3) batchnorm relu ".repeat(24);

describe("a program is compiled", () => {
  it("once where its findings are notes that nobody asked to see", async () => {
    const { compilation, compilations } = counting(noted);
    const proposing = compilation.diagnostics.filter(({ fixes }) => fixes.length > 0);
    expect(proposing.map(({ severity }) => severity)).toEqual(Array(24).fill("information"));
    await showDiagnostics(compilation, silent);
    expect(compilations()).toBe(1);
  });

  it("once more for each fix that is shown", async () => {
    const { compilation, compilations } = counting(noted);
    await showDiagnostics(compilation, silent, true);
    expect(compilations()).toBe(1 + 24);
  });

  it("once more for the fixes of the diagnostics asked for", () => {
    const { compilation, compilations } = counting("rellu mexpool(2) upsampel(2, nearest)");
    const [first] = tryFixes(compilation, compilation.diagnostics.slice(0, 1));
    expect(first?.fixes.map(({ title }) => title)).toEqual(["write `relu`"]);
    expect(compilations()).toBe(1 + 1);
  });
});
