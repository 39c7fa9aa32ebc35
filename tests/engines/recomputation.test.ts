/** Sessions that compute feature maps again in the backward pass learn what the others learn. */
import { beforeAll, expect, it } from "vitest";
import type { Recomputation } from "../../compiler/tensors/passes/recompute/dropped-values.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { adam, distance } from "./sessions.ts";

const { graph } = compileNetwork(`network Net {
  input image [2, H, W]
  block double(channels) {
    conv(channels, 3x3, bias = false) batchnorm relu
    conv(channels, 3x3) relu
  }
  double(16) as level
  maxpool(2) double(16) dropout(0.4)
  conv(16, 3x3, dilate = 2) groupnorm(4) tanh as low
  maxpool(2) as pool
  conv(16, 3x3) unpool(pool)
  skip low by add
  transposed_conv(16, 2x2, stride = 2)
  skip level by concat
  double(16)
  conv(3, 1x1)
  output labels by softmax
}`);

const images = feed(randomMaps(1, [2, 8, 16, 2]));
const labels = target(randomLabels(2, [2, 8, 16], 3, 5));

const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" } as const]]);

await onEachEngineHere("recomputation", (name) => {
  async function trained(recomputation: Recomputation | undefined) {
    const engine = await loadEngine(name);
    const training = { outputs, optimizer: adam({ learningRate: 1e-3 }), recomputation };
    const session = await engine.open(graph, { seed: 5, training });
    try {
      const gradients = await session.gradients(images, labels);
      const losses: number[] = [];
      for (let step = 0; step < 3; step++) losses.push((await session.step(images, labels, 1e-3)).loss);
      return { gradients, losses, weights: await session.readWeights() };
    } finally {
      session.close();
    }
  }

  let plain: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    plain = await trained(undefined);
  });

  // kernels that finish a sum while they write it round otherwise than two kernels do
  const rounding = name === "native" ? 1e-4 : 1e-6;

  it.each([
    { segments: 2, products: true },
    { segments: 6, products: true },
    { segments: 4, products: false },
  ])(
    "with $segments segments, products $products, gives the same gradients and steps",
    async (recomputation) => {
      const again = await trained(recomputation);
      for (const [weight, { data }] of plain.gradients) {
        const largest = Math.max(...data.map(Math.abs));
        const found = again.gradients.get(weight)?.data ?? [];
        expect(distance([...found], [...data]), weight).toBeLessThanOrEqual(
          rounding * Math.max(largest, 1e-3),
        );
      }
      expect(distance(again.losses, plain.losses)).toBeLessThan(rounding);
      const statistics = [...plain.weights].filter(([weight]) => /mean|variance/.test(weight));
      expect(statistics.length).toBeGreaterThan(0);
      for (const [weight, { data }] of statistics)
        expect(distance([...(again.weights.get(weight)?.data ?? [])], [...data]), weight).toBeLessThan(1e-4);
    },
  );
});
