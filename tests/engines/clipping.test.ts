/** Gradients that are clipped before the update, beside the formulas of PyTorch's clip_grad_norm_ and clip_grad_value_ in float64. */
import { expect, it } from "vitest";
import type { ClipConfiguration } from "../../compiler/learning/clipping/registry.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { recordEntry } from "../numeric/record-entry.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { dataOf, distance, sgd } from "./sessions.ts";

/** Widths that fill blocks of channels, so that the engine native stores weights in orders of its own. */
const { graph } = compileNetwork(`network Plain {
  input image [2, H, W]
  conv(16, 3x3) relu
  conv(32, 3x3) batchnorm tanh
  conv(3, 1x1)
  output labels by softmax
}`);
const inputs = feed(randomMaps(3, [2, 8, 8, 2]));
const targets = target(randomLabels(3, [2, 8, 8], 3, 7));
const [rate, most] = [0.5, 0.02];

type Arrays = ReadonlyMap<string, { readonly data: Float32Array }>;

function clipped(gradients: Arrays, clip: readonly ClipConfiguration[]): Map<string, number[]> {
  let found = new Map([...gradients].map(([name, { data }]) => [name, [...data]]));
  for (const { kind, most } of clip) {
    const norm = Math.sqrt([...found.values()].flat().reduce((sum, g) => sum + g * g, 0));
    const factor = Math.min(1, most / (norm + 1e-6));
    const change = (g: number) => (kind === "norm" ? g * factor : Math.max(-most, Math.min(most, g)));
    found = new Map([...found].map(([name, values]) => [name, values.map(change)]));
  }
  return found;
}

const cases: readonly (readonly [string, readonly ClipConfiguration[]])[] = [
  ["by norm", [{ kind: "norm", most }]],
  ["by a norm that they do not reach", [{ kind: "norm", most: 1e6 }]],
  ["by value", [{ kind: "value", most: 1e-3 }]],
  [
    "by value, then by norm",
    [
      { kind: "value", most: 1e-3 },
      { kind: "norm", most: 1e-3 },
    ],
  ],
];

await onEachEngineHere("gradients clipped", (name) => {
  it.each(cases)("%s", async (_, clip) => {
    const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
    const output = { loss: [{ factor: 1, term }], predicts: "classes" } as const;
    const outputs = new Map([["labels", output]]);
    const session = await (await loadEngine(name)).open(graph, {
      seed: 4,
      training: { outputs, optimizer: sgd({ momentum: 0 }), clip },
    });
    const before = await session.readWeights();
    const expected = clipped(await session.gradients(inputs, targets), clip);
    await session.step(inputs, targets, rate);
    const after = await session.readWeights();
    for (const [weight, gradient] of expected) {
      const found = dataOf(before, weight).map((w, i) => w - rate * (gradient[i] ?? 0));
      const error = distance(dataOf(after, weight), found);
      expect(error, weight).toBeLessThan(1e-6);
      for (const { kind } of clip)
        recordEntry({ catalogue: "clipping", name: kind, computer: name, value: error, gradient: undefined });
    }
    session.close();
  });
});
