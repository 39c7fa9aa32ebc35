import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { takeOver } from "../../runtime/training/take-over.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample, compileText } from "../support/compile-source.ts";

const benchmark = readFileSync(
  join(packageRoot(), "tools", "benchmarks", "staged-training", "networks.fcn"),
  "utf8",
);

function ofBenchmark(network: string): Graph {
  const graph = compileText(benchmark, { network }).networks.find(({ name }) => name === network)?.graph;
  if (graph === undefined) throw new Error(`${network} does not compile`);
  return graph;
}

const small = { width: "2" };
const graphs: Readonly<Record<string, readonly [Graph, Graph, Graph]>> = {
  "the examples": [
    compileExample("fcn-32s.fcn", small).graph,
    compileExample("fcn-16s.fcn", small).graph,
    compileExample("fcn-8s.fcn", small).graph,
  ],
  "the benchmark": [ofBenchmark("FCN32s"), ofBenchmark("FCN16s"), ofBenchmark("FCN8s")],
};

/** What `next` takes over from a run of `first`. */
function between(first: Graph, next: Graph) {
  const { weights, mismatch } = takeOver(next, { file: "w", weights: initialiseWeights(first, 1) });
  const names = (tensors: readonly { readonly name: string }[]) => tensors.map(({ name }) => name);
  const [missing, unused] = [names(mismatch.missing), names(mismatch.extra)];
  const layers = (names: readonly string[]) => [...new Set(names.map((name) => name.split(".weight")[0]))];
  return {
    taken: [...weights.keys()],
    missing: layers(missing.filter((name) => !name.endsWith(".bias"))),
    reshaped: mismatch.reshaped,
    unused: layers(unused),
  };
}

describe.each(Object.entries(graphs))("staged training of %s", (_which, [coarse, middle, fine]) => {
  it("takes the whole encoder and the scores of FCN-32s into FCN-16s, and nothing else", () => {
    const { taken, missing, reshaped, unused } = between(coarse, middle);
    expect(missing).toEqual(["upscore2", "score_pool4", "upscore16"]);
    expect(unused).toEqual(["upscore"]);
    expect(reshaped).toEqual([]);
    expect(taken.filter((name) => !name.startsWith("vgg."))).toEqual(["score_fr.weight", "score_fr.bias"]);
    const encoder = [...initialiseWeights(middle, 1).keys()].filter((name) => name.startsWith("vgg."));
    expect(taken.filter((name) => name.startsWith("vgg."))).toEqual(encoder);
  });

  it("takes all but the last upsampling of FCN-16s into FCN-8s", () => {
    const { missing, reshaped, unused } = between(middle, fine);
    expect(missing).toEqual(["upscore_pool4", "score_pool3", "upscore8"]);
    expect(unused).toEqual(["upscore16"]);
    expect(reshaped).toEqual([]);
  });
});

it("follows labels where a layer is added, and counts where layers have none", () => {
  const before = "conv(4, 3x3) relu conv(4, 3x3) relu conv(4, 3x3) as last relu";
  const network = (body: string) =>
    compileNetwork(`network One(classes = 2) {
      input image [3, H, W]
      conv(4, 3x3) as first relu ${body} conv(classes, 1x1) as score
      output labels by softmax
    }`).graph;
  const added = before.replace("relu conv", "relu conv(4, 3x3) relu conv");
  const { taken, missing } = between(network(before), network(added));
  // The new layer is the second of the unlabelled ones: it gets the weights of the one that was second, which loses them.
  expect(missing).toEqual(["conv3"]);
  expect(taken.filter((name) => name.endsWith(".weight"))).toEqual([
    "first.weight",
    "conv1.weight",
    "conv2.weight",
    "last.weight",
    "score.weight",
  ]);
});
