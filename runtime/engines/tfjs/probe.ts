/** A small convolution, its loss and its gradient, compared with numbers worked out beforehand in float64. */
import { Refusal } from "../../../compiler/diagnostics/problem.ts";
import { GraphBuilder, noOrigin } from "../../../compiler/network/build.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { Attributes, OperationName } from "../../../compiler/ops/attributes.ts";
import type { Backend } from "./backend.ts";
import { openSession } from "./open-session.ts";

const height = 4;
const width = 5;

/** Values that repeat with no symmetry a wrong kernel could hide in. */
const image = Float32Array.from({ length: height * width }, (_, i) => (((7 * i) % 11) - 5) / 5);
const weight = Float32Array.from({ length: 18 }, (_, i) => (((3 * i) % 7) - 3) / 4);
const bias = Float32Array.of(0.5, -0.25);
const labels = Int32Array.from({ length: height * width }, (_, i) => i % 2);

/** Of the network above, by central differences in float64. The second channel's gradients are these with the sign turned. */
export const known = {
  loss: 0.930718,
  weight: [
    -0.11684138, 0.05350665, -0.00564006, -0.04942542, -0.01407081, 0.0834424, 0.04603918, -0.09620775,
    0.01102563,
  ],
  bias: [0.15607173],
};

/** Float32 arithmetic on sums of 20 values near 1 stays well within this. */
const tolerance = 1e-5;

/** @throws Error when the backend's numbers are not the known ones. */
export async function checkArithmetic(backend: Backend): Promise<void> {
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]);
  const optimizer = {
    kind: "sgd",
    learningRate: 0.1,
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
  } as const;
  const session = openSession(backend, probeGraph(), { seed: 0, training: { outputs, optimizer } });
  try {
    await session.writeWeights(
      new Map([
        ["conv.weight", { shape: [2, 1, 3, 3], data: weight }],
        ["conv.bias", { shape: [2], data: bias }],
      ]),
    );
    const inputs = new Map([["image", { data: image, shape: [1, height, width, 1] as const }]]);
    const targets = new Map([
      ["labels", { kind: "labels" as const, data: labels, shape: [1, height, width] as const }],
    ]);
    const { loss } = await session.evaluate(inputs, targets);
    compare("loss", [loss], [known.loss]);
    const gradients = await session.gradients(inputs, targets);
    for (const name of ["weight", "bias"] as const) {
      const found = [...(gradients.get(`conv.${name}`)?.data ?? [])];
      compare(`gradient of the ${name}`, found, [...known[name], ...known[name].map((value) => -value)]);
    }
  } finally {
    session.close();
  }
}

function compare(what: string, found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    if (!(Math.abs((found[i] ?? Number.NaN) - value) <= tolerance)) {
      throw new Error(`the ${what} of a small convolution is ${found[i]} where it should be ${value}`);
    }
  }
}

function probeGraph(): Graph {
  const builder = new GraphBuilder("probe");
  const append = <O extends OperationName>(
    name: string,
    operation: O,
    attributes: Attributes[O],
    inputs: readonly number[],
  ): number => {
    const node = builder.append({ operation, attributes, inputs, name, origin: noOrigin });
    if (typeof node !== "number") throw new Error(`the probe's ${name} is refused: ${node.problem.code}`);
    return node;
  };
  const size = (symbol: string) => ({ symbol, scale: 1, shift: 0 });
  const input = append("image", "input", { name: "image", channels: 1, size: [size("H"), size("W")] }, []);
  const margins = { before: 1, after: 1 };
  const logits = append(
    "conv",
    "conv",
    {
      channels: 2,
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      groups: 1,
      padding: [margins, margins],
      bias: true,
      init: { kind: "he" },
      frozen: false,
    },
    [input],
  );
  const node = append("softmax", "softmax", {}, [logits]);
  const graph = builder.finish([{ name: "labels", node, logits, activation: "softmax" }], undefined);
  if (graph instanceof Refusal) throw new Error(`the probe's graph is refused: ${graph.problem.code}`);
  return graph;
}
