import { describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { createTextHost } from "../../compiler/text-sources.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { applyFix } from "../support/apply-fix.ts";

/** Compiles one of these files, which may import the others. */
function compileFiles(files: Readonly<Record<string, string>>, main = "main.fcn") {
  const host = createTextHost(new Map(Object.entries(files)));
  const compilation = compile({ path: main, text: files[main] ?? "" }, host);
  for (const diagnostic of compilation.diagnostics)
    expect(renderDiagnostic(diagnostic, compilation.files, { colour: false })).toContain(diagnostic.code);
  return {
    codes: compilation.diagnostics.map(({ code, span }) => `${span.file} ${code}`),
    helps: compilation.diagnostics.map(({ help }) => help),
    read: [...compilation.files.keys()],
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

describe("imports from the project", () => {
  const blocks = { "project.fcn": "not read", "blocks/small.fcn": small };
  const uses = (path: string) => `import { small } from "${path}"\n${network("small(4)")}`;

  it("are relative to the nearest folder with a marker, whose content is not read", () => {
    const { codes, graph, read } = compileFiles(
      { ...blocks, "nets/deep/main.fcn": uses("@/blocks/small") },
      "nets/deep/main.fcn",
    );
    expect(codes).toEqual([]);
    expect(graph?.nodes).toHaveLength(2);
    expect(read).toEqual(["nets/deep/main.fcn", "project.fcn", "blocks/small.fcn"]);
    const nearer = { ...blocks, "nets/project.fcn": "", "nets/blocks/small.fcn": small };
    const found = compileFiles({ ...nearer, "nets/main.fcn": uses("@/blocks/small") }, "nets/main.fcn");
    expect(found.read).toEqual(["nets/main.fcn", "nets/project.fcn", "nets/blocks/small.fcn"]);
  });

  it("of each file are from its own project", () => {
    const library = {
      "lib/project.fcn": "",
      "lib/nets/wide.fcn":
        'import { small } from "@/parts/small.fcn"\nblock wide(c) { small(c) small(2 * c) }',
      "lib/parts/small.fcn": small,
    };
    const main = `import { wide } from "@/lib/nets/wide"\nimport { small } from "@/blocks/small"\n${network("wide(4) small(1)")}`;
    const { codes, read } = compileFiles({ ...blocks, ...library, "main.fcn": main });
    expect(codes).toEqual([]);
    expect(read).toContain("lib/project.fcn");
    expect(read).toContain("project.fcn");
  });

  it("load a file once that is imported by a relative path too", () => {
    const files = {
      ...blocks,
      "nets/wide.fcn": 'import { small } from "../blocks/small"\nblock wide(c) { small(c) }',
      "nets/main.fcn": `import { wide } from "./wide"\nimport { small } from "@/blocks/small"\n${network("wide(4) small(1)")}`,
    };
    expect(compileFiles(files, "nets/main.fcn")).toMatchObject({
      codes: [],
      read: ["nets/main.fcn", "nets/wide.fcn", "blocks/small.fcn", "project.fcn"],
    });
    const ring = { ...blocks, "nets/main.fcn": uses("@/nets/main") };
    expect(compileFiles(ring, "nets/main.fcn").codes).toEqual(["nets/main.fcn names/import-cycle"]);
  });

  it("may be from the marker itself, which is a file like any other then", () => {
    const files = { "project.fcn": small, "nets/main.fcn": uses("@/project") };
    expect(compileFiles(files, "nets/main.fcn").codes).toEqual([]);
  });

  it("need a project, and stay in it", () => {
    const { "project.fcn": _, ...without } = blocks;
    expect(compileFiles({ ...without, "main.fcn": uses("@/blocks/small") })).toMatchObject({
      codes: ["main.fcn names/no-project"],
      helps: [expect.stringContaining("create an empty file project.fcn")],
    });
    const outside = { "small.fcn": small, "inner/project.fcn": "" };
    for (const path of ["@/../small", "@/nets/../../small"])
      expect(compileFiles({ ...outside, "inner/main.fcn": uses(path) }, "inner/main.fcn").codes).toEqual([
        "inner/main.fcn names/leaves-project",
      ]);
    expect(compileFiles({ ...outside, "inner/main.fcn": uses("../small") }, "inner/main.fcn").codes).toEqual(
      [],
    );
    expect(compileFiles({ ...blocks, "main.fcn": uses("@/nets/../blocks/small") }).codes).toEqual([]);
  });

  it("that are not found say from where, and a path from the project without its sign is noticed", () => {
    expect(compileFiles({ ...blocks, "main.fcn": uses("@/small") })).toMatchObject({
      codes: ["main.fcn names/import-not-found"],
      helps: [expect.stringContaining("relative to the folder of project.fcn")],
    });
    expect(compileFiles({ ...blocks, "nets/main.fcn": uses("blocks/small") }, "nets/main.fcn")).toMatchObject(
      {
        codes: ["nets/main.fcn names/import-not-found"],
        helps: ['did you mean "@/blocks/small"?'],
      },
    );
  });

  it("leave the standard files alone", () => {
    const own = { "project.fcn": "", "std/blocks.fcn": small };
    expect(compileFiles({ ...own, "main.fcn": uses("std/blocks") }).codes).toEqual([
      "main.fcn names/not-in-file",
    ]);
    expect(compileFiles({ ...own, "main.fcn": uses("@/std/blocks") }).codes).toEqual([]);
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
