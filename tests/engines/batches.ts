/** Images and labels for the engines' tests, from a seed. */

import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import type { StepResult } from "../../runtime/engines/engine.ts";
import { Random } from "../../runtime/random.ts";

export { randomLabels, randomMaps } from "../../tools/verify/engines/random-batch.ts";

/** Noisy images of a brighter disc each, and the disc as class 1: something a network can learn. */
export function discs(seed: number, batch: number, size: number): { images: MapBatch; labels: LabelBatch } {
  const random = new Random(seed, "discs");
  const images = new Float32Array(batch * size * size);
  const labels = new Int32Array(batch * size * size);
  for (let n = 0; n < batch; n++) {
    const centre = [random.between(0.3, 0.7) * size, random.between(0.3, 0.7) * size] as const;
    const radius = random.between(0.15, 0.35) * size;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const inside = Math.hypot(y - centre[0], x - centre[1]) < radius;
        const at = (n * size + y) * size + x;
        labels[at] = inside ? 1 : 0;
        images[at] = (inside ? 0.6 : -0.4) + 0.3 * random.normal();
      }
    }
  }
  return {
    images: { data: images, shape: [batch, size, size, 1] },
    labels: { data: labels, shape: [batch, size, size] },
  };
}

export const feed = (images: MapBatch) => new Map([["image", images]]);
export const target = (labels: LabelBatch, output = "labels") =>
  new Map([[output, { kind: "labels" as const, ...labels }]]);

/** The classes a step predicts for an output. */
export function classesOf({ predictions }: StepResult, output = "labels"): LabelBatch {
  const found = predictions.get(output);
  if (found?.kind !== "labels") throw new Error(`no classes are predicted for ${output}`);
  return found;
}
