import fc from "fast-check";
import { expect, test } from "vitest";
import { printGraph } from "../../compiler/network/print.ts";
import { ReadFailure, readGraph } from "../../compiler/network/read.ts";
import { randomGraph } from "./random-graph.ts";

test("a graph read from its printed form equals the graph", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      expect(readGraph(printGraph(graph))).toEqual(graph);
    }),
    { numRuns: 200 },
  );
});

const text = `graph "Tiny" classes=["cell", "wall"]
%0 input "image" () name="image" channels=1 size=[H, W] : 1 @ [H, W]
%1 conv "encoder.conv" (%0) channels=2 kernel=3x3 stride=1x1 dilation=1x1 groups=1 padding=[1+1, 1+1] bias=true init=he frozen=false role=encoder scope=[block double 1, turn i 0] label="level[0]" : 2 @ [H, W]
%2 softmax "softmax" (%1) : 2 @ [H, W]
output "labels" %2 logits=%1 activation=softmax
`;

test("the printed form has one node a line, with its attributes, its place in the program and its map", () => {
  const graph = readGraph(text);
  if (graph instanceof ReadFailure) throw new Error(graph.message);
  expect(printGraph(graph)).toBe(text);
});

test.each([
  ["", 1, /expected a line `graph "name"`/],
  ["grap", 1, /expected `graph "name"`/],
  [text.replace("%1 conv", "%2 conv"), 3, /node %2 stands where %1 should/],
  [text.replace("conv ", "convolve "), 3, /there is no operation "convolve"/],
  [text.replace("kernel=3x3 ", ""), 3, /conv needs the attribute "kernel"/],
  [text.replace("kernel=3x3", "kernel=3by3"), 3, /kernel=3by3 is not a value/],
  [text.replace("stride=1x1", "stride=0x1"), 3, /stride=0x1 is not a value/],
  [text.replace("kernel=3x3", "kernel=3x3 kernel=3x3"), 3, /kernel is given twice/],
  [text.replace("kernel=3x3", "kernel=3x3 shape=round"), 3, /conv has no attribute "shape"/],
  [text.replace("(%0)", "(%1)"), 3, /input %1 does not stand before %1/],
  [text.replace("(%0)", "(%0, %0)"), 3, /conv cannot take 2 maps/],
  [text.replace('"softmax" (', '"image" ('), 4, /two nodes named "image"/],
  [
    text.replace(": 2 @ [H, W]", ": 2 @ [H, W - 2]"),
    3,
    /the line says 2 @ \[H, W - 2\], the operation gives 2 @/,
  ],
  [text.replace("groups=1", "groups=3"), 3, /3 groups do not divide/],
  [text.replace("role=encoder", "role=both"), 3, /role=both is no role/],
  [text.replace("turn i 0", "turn i"), 3, /scope of this conv is malformed/],
  [text.replace("logits=%1", "logits=%7"), 5, /there is no node %7/],
  [text.replace("activation=softmax", "activation=loud"), 5, /activation=loud/],
  [`${text}%3 relu "late" (%2) : 2 @ [H, W]\n`, 6, /nodes come first/],
])("malformed text is refused with its line (%#)", (malformed, line, message) => {
  const failure = readGraph(malformed);
  expect(failure).toBeInstanceOf(ReadFailure);
  expect(failure).toMatchObject({ line, message: expect.stringMatching(message) });
});

test("any cut or swapped piece of a printed graph is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(randomGraph, fc.nat(), fc.nat(), fc.string({ maxLength: 3 }), (graph, from, length, put) => {
      const whole = printGraph(graph);
      const start = from % whole.length;
      const changed = whole.slice(0, start) + put + whole.slice(start + (length % 6));
      expect(() => readGraph(changed)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
