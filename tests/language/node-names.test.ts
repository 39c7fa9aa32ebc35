import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { compileText } from "../support/compile-source.ts";

function graphOf(body: string): Graph {
  const { networks, diagnostics } = compileText(`network T {\ninput image [4, H, W]\n${body}\noutput o\n}`);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network.graph;
}

const namesOf = (body: string) => graphOf(body).nodes.map(({ name }) => name);

describe("names of nodes", () => {
  const fork = "fork by add { path { conv(4, 3x3) } path { conv(4, 1x1) } }";

  it("hold the fork and the path, so that a path added to one fork renames nothing in another", () => {
    const more = "fork by add { path { conv(4, 3x3) } path { conv(4, 1x1) } path { relu } }";
    const before = namesOf(`${fork}\n${fork}`);
    expect(before).toContain("fork2.path2.conv1");
    const after = namesOf(`${more}\n${fork}`);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  it("take the fork's own name", () => {
    expect(namesOf(`${fork} as pyramid`)).toEqual(
      expect.arrayContaining(["pyramid.path1.conv1", "pyramid.path2.conv1", "pyramid"]),
    );
  });

  it("differ, whatever names the source gives", () => {
    const names = namesOf(
      "conv(4, 3x3) conv(4, 3x3) as conv1 conv(4, 3x3) as conv3 conv(4, 3x3) relu as conv1_2",
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("stay when a layer is added in a block of its own", () => {
    const block = "block d() { conv(4, 3x3) relu }";
    const before = namesOf(`${block}\nd() d()`);
    const after = namesOf("block d() { conv(4, 3x3) batchnorm relu }\nd() d()");
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

describe("origins of nodes", () => {
  it("give every turn and path of a scope its own step, in a second loop and fork too", () => {
    const steps = graphOf(
      "for i in 0 ..< 2 { conv(4, 3x3) } for i in 0 ..< 2 { conv(4, 3x3) } repeat 2 { fork by add { path { relu } path { conv(4, 1x1) } } }",
    )
      .nodes.filter(({ operation }) => operation === "conv" || operation === "relu")
      .map(({ origin }) =>
        origin.scope.map(({ kind, name, index }) => `${kind} ${name} ${index}`).join(", "),
      );
    expect(steps).toEqual([
      "turn i 0",
      "turn i 1",
      "turn i 2",
      "turn i 3",
      "turn repeat 0, path path 0",
      "turn repeat 0, path path 1",
      "turn repeat 1, path path 0",
      "turn repeat 1, path path 1",
    ]);
  });

  it("name a construct on the join and the crop only, not on what their paths call", () => {
    const constructs = graphOf(
      "conv(4, 3x3) as a conv(4, 3x3, padding = valid) skip a by add, crop = centred { conv(4, 1x1) } fork by concat { path { relu } path { } }",
    ).nodes.map(({ operation, origin }) => `${operation} ${origin.construct}`);
    expect(constructs.slice(1)).toEqual([
      "conv undefined",
      "conv undefined",
      "conv undefined",
      "crop_to crop",
      "add skip",
      "relu undefined",
      "concat fork",
    ]);
  });

  it("do not rename a map that a block only goes back to", () => {
    const graph = graphOf("conv(4, 3x3) as a\nblock back() { conv(4, 3x3) from a }\nback() as b");
    expect(graph.nodes.find(({ name }) => name === "a")?.origin.label).toBe("a");
  });
});
