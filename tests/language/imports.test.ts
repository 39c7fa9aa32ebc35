import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { applyFix } from "../support/apply-fix.ts";

/** Compiles main.fcn among these files; an import names one of them, with or without ".fcn". */
function compileFiles(files: Readonly<Record<string, string>>) {
  const read = (specifier: string) => {
    const path = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
    const text = files[path];
    return text === undefined ? undefined : { path, text };
  };
  const compilation = compile({ path: "main.fcn", text: files["main.fcn"] ?? "" }, { read });
  for (const diagnostic of compilation.diagnostics)
    expect(renderDiagnostic(diagnostic, compilation.files, { colour: false })).toContain(diagnostic.code);
  return {
    codes: compilation.diagnostics.map(({ code, span }) => `${span.file} ${code}`),
    graph: compilation.networks[0]?.graph,
  };
}

const network = (calls: string) => `network N { input i [3, H, W] ${calls} output o }`;
const small = "block small(c) { conv(c, 3x3) as inner }";

describe("imports", () => {
  it("bring blocks under their own or another name, with what those blocks import", () => {
    const { codes, graph } = compileFiles({
      "main.fcn": `import { large as big } from "large"\nimport { small } from "small.fcn"\n${network("big(4) as b small(4) skip b.s.inner by add")}`,
      "large.fcn": `import { small } from "small"\nblock large(c) { small(c) as s relu }`,
      "small.fcn": small,
    });
    expect(codes).toEqual([]);
    expect(graph?.nodes.map(({ name }) => name)).toEqual([
      "i",
      "b.s.inner",
      "b.relu1",
      "small1.inner",
      "add1",
    ]);
  });

  it("keep the names of two files apart", () => {
    const { codes } = compileFiles({
      "main.fcn": `import { a } from "a"\nblock helper() { relu }\n${network("a() helper()")}`,
      "a.fcn": "block helper() { conv(3, 1x1) }\nblock a() { helper() }",
    });
    expect(codes).toEqual([]);
  });

  it("in a ring are one mistake, where the ring closes", () => {
    const { codes } = compileFiles({
      "main.fcn": `import { a } from "a"\nblock m() { relu }\n${network("a()")}`,
      "a.fcn": 'import { b } from "b"\nblock a() { b() }',
      "b.fcn": 'import { a } from "a"\nblock b() { a() }',
    });
    expect(codes).toEqual(["b.fcn names/import-cycle"]);
    expect(compileFiles({ "main.fcn": `import { m } from "main"\n${network("m()")}` }).codes).toEqual([
      "main.fcn names/import-cycle",
    ]);
  });

  it("take no operation's name and no name twice", () => {
    const { codes } = compileFiles({
      "main.fcn": `import { small as conv } from "small"\nimport { small, small } from "small"\n${network("small(3)")}`,
      "small.fcn": small,
    });
    expect(codes).toEqual(["main.fcn names/is-an-operation", "main.fcn names/taken"]);
  });

  it("of a file with mistakes report them there, once", () => {
    const { codes } = compileFiles({
      "main.fcn": `import { good, bad } from "other"\n${network("bad(3) good(3)")}`,
      "other.fcn": "block bad(c d) { relu }\nblock good(c) { convv(c, 3x3) }",
    });
    expect(codes).toEqual(["other.fcn syntax/unexpected", "other.fcn names/unknown"]);
  });
});

describe("imports that were forgotten or written as elsewhere", () => {
  const noFiles = { read: () => undefined };
  const body = "input i [3, H, W] conv(32, 3x3) squeeze_excitation output o";
  const fixedBy = (text: string) => {
    const { diagnostics } = compile({ path: "main.fcn", text }, noFiles);
    expect(diagnostics).toHaveLength(1);
    const [{ help = "", fixes = [] } = {}] = diagnostics;
    const [fix] = fixes;
    return { help, fixed: fix === undefined ? undefined : applyFix(text, fix) };
  };

  it("a name of a standard file is found where it is", () => {
    const { help, fixed } = fixedBy(`network N { ${body} }`);
    expect(help).toBe('it is in a standard file: import { squeeze_excitation } from "std/blocks"');
    expect(fixed).toBe(`import { squeeze_excitation } from "std/blocks"\n\nnetwork N { ${body} }`);
    expect(compile({ path: "main.fcn", text: fixed ?? "" }, noFiles).diagnostics).toEqual([]);
  });

  it("names without braces get them", () => {
    const { help, fixed } = fixedBy(
      `import squeeze_excitation as squeeze, aspp from "std/blocks"\nnetwork N { ${body.replace("squeeze_excitation", "squeeze")} }`,
    );
    expect(help).toBe("write the names in braces: import { squeeze_excitation as squeeze, aspp } from …");
    expect(fixed).toMatch(/^import \{ squeeze_excitation as squeeze, aspp \} from "std\/blocks"\n/);
  });

  it("asks for the names where a file alone is imported", () => {
    const { help, fixed } = fixedBy(`import "std/blocks"\nnetwork N { input i [3, H, W] relu output o }`);
    expect(help).toBe('say which names: import { aspp } from "std/blocks"');
    expect(fixed).toBeUndefined();
  });
});
