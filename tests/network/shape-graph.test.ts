import fc from "fast-check";
import { expect, test } from "vitest";
import type { PerAxis } from "../../compiler/axis.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { ReadFailure, readGraph } from "../../compiler/network/read.ts";
import { shapeGraph } from "../../compiler/network/shape-graph.ts";
import { sizesOfInputs } from "../../compiler/network/sizes-of-inputs.ts";
import { contains } from "../../compiler/sizes/size-set.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { randomGraph } from "./random-graph.ts";

const conv = "kernel=3x3 stride=1x1 dilation=1x1 groups=1 padding=[0+0, 0+0] bias=true init=he frozen=false";
/** A valid convolution joined with its own input, cut in the middle. */
const cropped = read(`graph "Cropped"
%0 input "image" () name="image" channels=1 size=[H, W] : 1 @ [H, W]
%1 conv "conv" (%0) channels=1 ${conv} : 1 @ [H - 2, W - 2]
%2 crop_to "crop" (%0, %1) rule=centred offset=[1, half] : 1 @ [H - 2, W - 2]
%3 add "add" (%1, %2) : 1 @ [H - 2, W - 2]
output "sum" %3 logits=%3
`);

function read(text: string): Graph {
  const graph = readGraph(text);
  if (graph instanceof ReadFailure) throw new Error(`line ${graph.line}: ${graph.message}`);
  return graph;
}

test("every map has its shape at a concrete size, and a centred crop cuts half the difference", () => {
  const shaped = shapeGraph(
    cropped,
    new Map([
      ["H", 10],
      ["W", 7],
    ]),
  );
  expect(shaped).toMatchObject({
    kind: "shaped",
    shapes: [
      [1, 10, 7],
      [1, 8, 5],
      [1, 8, 5],
      [1, 8, 5],
    ],
    cuts: new Map([[2, [1, 1]]]),
  });
});

test("a size too small for the network is refused with its node and the nearest accepted size", () => {
  expect(
    shapeGraph(
      cropped,
      new Map([
        ["H", 10],
        ["W", 2],
      ]),
    ),
  ).toMatchObject({
    kind: "refused",
    symbol: "W",
    size: 2,
    node: "conv",
    below: undefined,
    above: 3,
    message:
      'Cropped does not accept W = 2: "conv" has no output for a feature map that is 2 wide; the nearest accepted is 3',
  });
});

test("a size that a join refuses is refused with the sizes it joins and the nearest accepted", () => {
  const { graph: joined } = compileNetwork(
    "network Joined { input image [1, H, W] maxpool(2) upsample(2, nearest) skip image by add as sum output out }",
  );
  const sizes = new Map([
    ["H", 33],
    ["W", 32],
  ]);
  expect(shapeGraph(joined, sizes)).toMatchObject({
    node: "sum",
    below: 32,
    above: 34,
    message:
      'Joined does not accept H = 33: "sum" joins feature maps that are 32 and 33 high; the nearest accepted are 32 and 34',
  });
});

test("a symbol without a size is refused by name", () => {
  expect(shapeGraph(cropped, new Map([["H", 10]]))).toMatchObject({
    kind: "refused",
    symbol: "W",
    size: undefined,
  });
});

const scaled = read(`graph "Two"
%0 input "colour" () name="colour" channels=3 size=[2H, 2W+1] : 3 @ [2*H, 2*W + 1]
%1 input "depth" () name="depth" channels=1 size=[H, 8] : 1 @ [H, 8]
%2 relu "relu" (%1) : 1 @ [H, 8]
output "out" %2 logits=%2
`);

test("symbols are solved from the sizes of the inputs", () => {
  const sizes = new Map([
    ["colour", [20, 31]],
    ["depth", [10, 8]],
  ] as const);
  expect(sizesOfInputs(scaled, sizes)).toEqual(
    new Map([
      ["H", 10],
      ["W", 15],
    ]),
  );
});

test.each([
  [[21, 31], [10, 8], 'the height 21 of "colour" is not 2H'],
  [[20, 31], [10, 9], 'the width 9 of "depth" is not 8'],
  [[20, 31], [11, 8], 'the height 20 of "colour" makes H 10, the height 11 of "depth" makes it 11'],
] as const)("inputs that contradict each other or their sizes are refused (%#)", (colour, depth, reason) => {
  const refused = sizesOfInputs(
    scaled,
    new Map<string, PerAxis<number>>([
      ["colour", colour],
      ["depth", depth],
    ]),
  );
  expect(refused).toMatchObject({ kind: "refused", message: expect.stringContaining(reason) });
});

test("a missing input and an unknown one are refused", () => {
  expect(sizesOfInputs(scaled, new Map<string, PerAxis<number>>([["colour", [20, 31]]]))).toMatchObject({
    message: expect.stringContaining('no size is given for its input "depth"'),
  });
  const more = new Map([
    ["colour", [20, 31]],
    ["depth", [10, 8]],
    ["heat", [1, 1]],
  ] as const);
  expect(sizesOfInputs(scaled, more)).toMatchObject({
    message: expect.stringContaining('it has no input "heat", only "colour", "depth"'),
  });
});

test("a graph has shapes at exactly the sizes it accepts", () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(randomGraph, size, size, (graph, height, width) => {
      const sizes = new Map([
        ["H", height],
        ["W", width],
      ]);
      const accepted = [...graph.accepts].every(([symbol, set]) => contains(set, sizes.get(symbol) ?? 0));
      const shaped = shapeGraph(graph, sizes);
      expect(shaped.kind).toBe(accepted ? "shaped" : "refused");
      if (shaped.kind === "shaped")
        for (const shape of shaped.shapes) expect(Math.min(...shape)).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});
