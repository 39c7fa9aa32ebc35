import fc from "fast-check";
import { expect, test } from "vitest";
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import { ReadFailure, readGraph } from "../../compiler/network/read.ts";
import { verifyGraph } from "../../compiler/network/verify.ts";
import { randomGraph } from "./random-graph.ts";

test("a graph made by the builder violates nothing", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      expect(verifyGraph(graph)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const sound = read(`graph "Pools"
%0 input "image" () name="image" channels=2 size=[H, W] : 2 @ [H, W]
%1 maxpool "pool" (%0) kernel=2x2 stride=2x2 dilation=1x1 padding=[0+0, 0+0] ceil=true : 2 @ [ceil(H/2), ceil(W/2)]
%2 conv "conv" (%1) channels=2 kernel=1x1 stride=1x1 dilation=1x1 groups=1 padding=[0+0, 0+0] bias=true init=he frozen=false : 2 @ [ceil(H/2), ceil(W/2)]
%3 unpool "unpool" (%2, %1, %0) kernel=2x2 stride=2x2 dilation=1x1 padding=[0+0, 0+0] ceil=true : 2 @ [H, W]
%4 softmax "softmax" (%3) : 2 @ [H, W]
output "labels" %4 logits=%3 activation=softmax
`);

function read(text: string): Graph {
  const graph = readGraph(text);
  if (graph instanceof ReadFailure) throw new Error(`line ${graph.line}: ${graph.message}`);
  return graph;
}

/** The sound graph with one node changed. */
function changed(
  id: number,
  change: Partial<Pick<GraphNode, "id" | "inputs" | "name" | "map" | "weights">>,
): Graph {
  const nodes = sound.nodes.map((node) => (node.id === id ? ({ ...node, ...change } as GraphNode) : node)); // a change keeps the operation
  return { ...sound, nodes };
}

function constraintsOf(graph: Graph): readonly string[] {
  return [...new Set(verifyGraph(graph).map((violation) => violation.constraint))];
}

function node(id: number): GraphNode {
  const found = sound.nodes[id];
  if (found === undefined) throw new Error(`no node ${id}`);
  return found;
}

test("each broken constraint is reported by its number", () => {
  expect(constraintsOf(sound)).toEqual([]);
  expect(constraintsOf(changed(2, { id: 7 }))).toEqual(["G1"]);
  expect(constraintsOf(changed(1, { inputs: [3] }))).toEqual(["G2"]);
  expect(constraintsOf(changed(2, { inputs: [1, 1] }))).toEqual(["G3"]);
  expect(constraintsOf(changed(2, { name: "pool" }))).toEqual(["G4"]);
  expect(constraintsOf(changed(2, { map: { ...node(2).map, channels: 3 } }))).toEqual(["G5"]);
  expect(constraintsOf(changed(2, { map: { ...node(2).map, size: node(0).map.size } }))).toEqual(["G6"]);
  expect(constraintsOf(changed(2, { map: { ...node(2).map, geometry: node(0).map.geometry } }))).toEqual([
    "G7",
  ]);
  expect(constraintsOf(changed(2, { weights: [] }))).toEqual(["G8"]);
  expect(constraintsOf(changed(3, { inputs: [2, 2, 0] }))).toContain("G9");
  expect(constraintsOf({ ...sound, inputs: [] })).toEqual(["G10"]);
  expect(constraintsOf({ ...sound, outputs: [] })).toEqual(["G11"]);
  expect(
    constraintsOf({ ...sound, outputs: sound.outputs.map((output) => ({ ...output, logits: 2 })) }),
  ).toEqual(["G12"]);
  expect(constraintsOf({ ...sound, accepts: new Map() })).toEqual(["G13"]);
});
