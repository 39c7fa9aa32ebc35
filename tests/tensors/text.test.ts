import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../compiler/tensors/primitives/registry.ts";
import { printProgram } from "../../compiler/tensors/text/print.ts";
import { readProgram, UnreadableProgram } from "../../compiler/tensors/text/read.ts";
import { float32 } from "../../compiler/tensors/value.ts";
import { verifyProgram } from "../../compiler/tensors/verify.ts";
import { callProgram, gradientProgram } from "./call-program.ts";
import type { Case } from "./cases/case.ts";
import { cases } from "./cases/cases.ts";

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

describe("a program read from its text is the program that was printed:", () => {
  it.each(names)("%s, with its gradient", (name) => {
    const one = cases[name] as Case<PrimitiveName>; // the case of that name
    fc.assert(
      fc.property(one.calls, (call) => {
        for (const program of [callProgram(name, call), gradientProgram(name, call, 1).program]) {
          const read = readProgram(printProgram(program));
          expect(read).toEqual(program);
          expect(verifyProgram(read)).toEqual([]);
        }
      }),
      { numRuns: 20, seed: 20261123 },
    );
  });
});

it("a program is printed one step a line, with the node each comes from", () => {
  const build = new ProgramBuilder("Edges");
  const image = build.feed("input", "image", float32(1, 1, 8, 8));
  const weight = build.state("weight", "conv1.weight", float32(2, 1, 3, 3));
  build.at({ part: "forward", node: 1, name: "conv1", span: undefined });
  const edges = build.conv(image, weight, {
    stride: [1, 1],
    dilation: [1, 1],
    before: [1, 1],
    after: [1, 1],
    groups: 1,
  });
  build.output("map", "edges", build.maximum(edges, 0));
  build.update("conv1.weight", weight);
  expect(printProgram(build.finish())).toBe(
    `program "Edges"
feed input "image" %0 : float32[1, 1, 8, 8]
state weight "conv1.weight" %1 : float32[2, 1, 3, 3]
%2 = conv(%0, %1) stride=[1,1] dilation=[1,1] before=[1,1] after=[1,1] groups=1 : float32[1, 2, 8, 8] @ forward 1 "conv1"
%3 = constant() type="float32" shape=[] values=[0] : float32[] @ forward 1 "conv1"
%4 = maximum(%2, %3) : float32[1, 2, 8, 8] @ forward 1 "conv1"
output map "edges" %4
update "conv1.weight" %1
`,
  );
});

describe("text that is no program is refused by its line:", () => {
  const head = 'program "P"\nfeed input "x" %0 : float32[2]\n';
  it.each([
    ["", /^line 1: a program begins with/],
    [`${head}%1 = conv2(%0) : float32[2] @ forward`, /^line 3: there is no primitive "conv2"/],
    [`${head}%1 = exp(%0) : float[2] @ forward`, /^line 3: "float\[2\]" is no type/],
    [`${head}%1 = exp(%0) : float32[2] @ sideways`, /^line 3: "sideways" is none of forward, /],
    [`${head}%1 = sum(%0) : float32[1] @ forward`, /^line 3: sum needs its attribute "axes"/],
    [`${head}%1 = exp(%0) axes=[0] : float32[2] @ forward`, /^line 3: exp has no attribute "axes"/],
    [`${head}%1 = sum(%0) axes=["0"] : float32[1] @ forward`, /^line 3: sum needs its attribute "axes"/],
    [`${head}%2 = exp(%0) : float32[2] @ forward`, /nothing computes %1/],
    [`${head}output picture "x" %0`, /^line 3: "picture" is none of map, /],
    [`${head}nonsense`, /^line 3: this is no line of a program: nonsense/],
  ])("%j", (text, message) => {
    expect(() => readProgram(text)).toThrow(UnreadableProgram);
    expect(() => readProgram(text)).toThrow(message);
  });
});
