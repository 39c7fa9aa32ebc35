/** The masks of dropout, which the host draws from seed and name, so that they are the same on every engine. */
import { Random } from "../../random.ts";

export interface DropoutMask {
  /** The node's name. */
  readonly name: string;
  readonly rate: number;
  /** Of the mask: [batch, channels, height, width]; height and width are 1 where whole channels are dropped. */
  readonly shape: readonly [batch: number, channels: number, height: number, width: number];
}

/**
 * 0, or 1 / (1 − rate), in the order of the shape. Drawn with the channel fastest.
 * @param seed of the step
 */
export function dropoutMask({ name, rate, shape }: DropoutMask, seed: number): Float32Array {
  const [batch, channels, height, width] = shape;
  const random = new Random(seed, name);
  const kept = rate < 1 ? 1 / (1 - rate) : 0;
  const positions = height * width;
  const mask = new Float32Array(batch * channels * positions);
  for (let image = 0; image < batch; image++) {
    for (let position = 0; position < positions; position++) {
      for (let channel = 0; channel < channels; channel++) {
        mask[(image * channels + channel) * positions + position] = random.uniform() < rate ? 0 : kept;
      }
    }
  }
  return mask;
}

/**
 * The seed of the masks of one batch.
 * @param steps updates made before its own @param place of the batch among those of its update
 */
export function dropoutSeed(sessionSeed: number, steps: number, place = 0): number {
  const batch = place === 0 ? "" : ` batch ${place}`;
  return new Random(sessionSeed, `dropout at step ${steps}${batch}`).integer(2 ** 31);
}
