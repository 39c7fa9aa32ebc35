/** How fast an engine computes here: MACs per second of a small convolutional network, run just now. */

import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import { compile } from "../../../../compiler/compile.ts";
import { multiplyAdds, sum } from "../../../../compiler/network/totals.ts";
import type { MapBatch } from "../../../../runtime/arrays.ts";
import type { Engine } from "../../../../runtime/engines/engine.ts";
import { sessionTraining } from "../../../../runtime/training/session-training.ts";
import { createFileHost } from "../../../host/file-sources.ts";

export interface Speed {
  /** Multiply-adds a second, those of the forward pass counted, in prediction and in a training step. */
  readonly predict: number;
  readonly train: number;
}

/** Between them, a 3×3 convolution, an activation, a pool and a join, as most of these networks are made of. */
const program = `network Speed(classes = 2) {
  input image [16, H, W]
  conv(16, 3x3) relu as top
  maxpool(2)
  conv(32, 3x3) relu
  upsample(2, nearest)
  skip top by concat
  conv(16, 3x3) relu
  conv(classes, 1x1)
  output labels by softmax
}`;

/** Pixels of a side: the first of which a prediction takes long enough to measure, or the last. */
const sizes = [16, 32, 64, 128] as const;
const longEnough = 0.02;

const runs = 3;

export async function measureSpeed(engine: Engine): Promise<Speed> {
  const [network] = compile({ path: "speed.fcn", text: program }, createFileHost()).networks;
  if (network === undefined) throw new Error("the network that measures speed does not compile");
  const session = await engine.open(network.graph, { seed: 1, training: sessionTraining(network) });
  try {
    for (const size of sizes) {
      const inputs = imagesOf(size);
      const predict = await secondsOf(() => session.predict(inputs));
      if (predict < longEnough && size !== sizes.at(-1)) continue;
      const shaped = shapeAt(network.graph, [size, size]);
      if (shaped.kind === "refused") throw new Error(shaped.message);
      const macs = sum(multiplyAdds(shaped));
      const labels = { kind: "labels", data: new Int32Array(size * size), shape: [1, size, size] } as const;
      const train = await secondsOf(() => session.step(inputs, new Map([["labels", labels]]), 1e-6));
      return { predict: macs / predict, train: macs / train };
    }
    throw new Error("no size was measured");
  } finally {
    session.close();
  }
}

function imagesOf(size: number): ReadonlyMap<string, MapBatch> {
  const data = Float32Array.from({ length: size * size * 16 }, (_, i) => (i % 7) / 7);
  return new Map([["image", { data, shape: [1, size, size, 16] }]]);
}

/** The least of some runs after one that makes what is made once. */
async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const before = performance.now();
    await run();
    least = Math.min(least, (performance.now() - before) / 1000);
  }
  return least;
}
