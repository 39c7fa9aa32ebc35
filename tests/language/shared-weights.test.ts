import { describe, expect, it } from "vitest";
import { printGraph } from "../../compiler/network/print.ts";
import { ReadFailure, readGraph } from "../../compiler/network/read.ts";
import { verifyGraph } from "../../compiler/network/verify.ts";
import { weightsOf } from "../../runtime/weights/weight-name.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileText } from "../support/compile-source.ts";

const siamese = `network Siamese {
  input left [3, H, W]
  input right [3, H, W]
  block unit(c) { conv(c, 3x3) batchnorm relu }
  block tower { unit(4) residual { unit(4) } conv(8, 1x1) }
  from left
  encoder first = tower
  from right
  encoder second = tower(weights = first)
  skip first by concat
  conv(2, 1x1)
  output labels by softmax
}
`;

function said(body: string): readonly string[] {
  const { diagnostics } = compileText(`network T {\n input image [3, H, W]\n ${body}\n output o\n}`);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code}: ${message}`);
}

describe("a call with the weights of another", () => {
  const { graph } = compileNetwork(siamese);
  const shared = graph.nodes.filter(({ sharesWith }) => sharesWith !== undefined);

  it("has none of its own: each of its layers uses those of the other's in its place", () => {
    expect(shared.map(({ name, sharesWith }) => [name, graph.nodes[sharesWith ?? -1]?.name])).toEqual([
      ["second.unit1.conv1", "first.unit1.conv1"],
      ["second.unit1.batchnorm1", "first.unit1.batchnorm1"],
      ["second.unit2.conv1", "first.unit2.conv1"],
      ["second.unit2.batchnorm1", "first.unit2.batchnorm1"],
      ["second.conv1", "first.conv1"],
    ]);
    expect(weightsOf(graph).filter(({ name }) => name.startsWith("second"))).toEqual([]);
  });

  it("is in the printed graph, and read back", () => {
    const text = printGraph(graph);
    expect(text).toContain('conv "second.unit1.conv1" (%');
    expect(text).toContain(" shares=%");
    const again = readGraph(text);
    if (again instanceof ReadFailure) throw new Error(`line ${again.line}: ${again.message}`);
    expect(printGraph(again)).toBe(text);
    expect(readGraph(text.replace(/shares=%\d+/, "shares=%99"))).toMatchObject({
      message: "shares=%99 is no node before this one",
    });
  });

  it("violates nothing, unless what it shares is not there or is shared itself", () => {
    expect(verifyGraph(graph)).toEqual([]);
    const [one, two] = shared;
    if (one === undefined || two === undefined) throw new Error("the network shares weights");
    for (const sharesWith of [one.id, 500, one.id + 1]) {
      const nodes = graph.nodes.map((node) => (node.id === one.id ? { ...node, sharesWith } : node));
      expect(verifyGraph({ ...graph, nodes }).map(({ constraint }) => constraint)).toEqual(["G15"]);
    }
  });

  it("may be of single layers, and of a layer that shares itself", () => {
    const { graph: three } = compileNetwork(`network T {
      input image [3, H, W]
      conv(3, 3x3) as a relu
      conv(3, 3x3, weights = a) as b relu
      conv(3, 3x3, weights = b, dilate = 2)
      output o
    }`);
    const convolutions = three.nodes.filter(({ operation }) => operation === "conv");
    expect(convolutions.map(({ sharesWith }) => sharesWith)).toEqual([undefined, 1, 1]);
    expect(weightsOf(three).map(({ name }) => name)).toEqual(["a.weight", "a.bias"]);
  });
});

describe("weights that cannot be shared", () => {
  it.each([
    [
      "conv(4, 3x3) as a conv(4, 3x3, weights = a)",
      "structure/weights-differ: these weights cannot be shared: this call has a conv of 4×4×3×3 weights, the other a conv of 4×3×3×3 weights",
    ],
    [
      "conv(3, 3x3) as a transposed_conv(3, 3x3, weights = a)",
      "structure/weights-differ: these weights cannot be shared: this call has a transposed_conv of 3×3×3×3 weights, the other a conv of 3×3×3×3 weights",
    ],
    [
      "conv(3, 3x3) as a conv(3, 3x3, weights = a, bias = false)",
      "structure/weights-differ: these weights cannot be shared: this call has a conv of 3×3×3×3 weights (weight), the other a conv of 3×3×3×3 weights (weight, bias)",
    ],
    [
      "block one { conv(3, 3x3) } block two { one conv(3, 3x3) } one as a two(weights = a)",
      "structure/weights-differ: these weights cannot be shared: this call has a conv of 3×3×3×3 weights, the other no further layer",
    ],
    [
      "block one { conv(3, 3x3) } block two { one conv(3, 3x3) } two as a one(weights = a)",
      "structure/weights-differ: these weights cannot be shared: this call has no further layer, the other a conv of 3×3×3×3 weights",
    ],
    ["conv(3, 3x3) relu as a conv(3, 3x3, weights = a)", "structure/no-weights: a has no weights to share"],
    [
      "conv(3, 3x3, weights = 3)",
      "values/wrong-kind: `weights` of conv must be the name of a layer, an encoder or a block call, not the number 3",
    ],
  ])("%s", (body, expected) => {
    expect(said(body)).toEqual([expected]);
  });

  it("are an argument like others where a block has a parameter of that name", () => {
    expect(said("block one(weights) { conv(weights, 3x3) } one(weights = 5) expect [5, H, W]")).toEqual([]);
  });
});
