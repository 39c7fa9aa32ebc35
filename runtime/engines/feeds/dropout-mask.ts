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
  const values = Float32Array.of(rate < 1 ? 1 / (1 - rate) : 0, 0);
  const positions = height * width;
  const mask = new Float32Array(batch * channels * positions);
  const most = Math.max(1, Math.floor(atOnce / channels));
  const dropped = new Uint8Array(Math.min(most, positions) * channels);
  for (let image = 0; image < batch; image++) {
    for (let from = 0; from < positions; from += most) {
      const count = Math.min(most, positions - from);
      random.fillBelow(dropped.subarray(0, count * channels), rate);
      for (let channel = 0; channel < channels; channel++) {
        const first = (image * channels + channel) * positions + from;
        putEach(mask.subarray(first, first + count), dropped.subarray(channel), channels, values);
      }
    }
  }
  return mask;
}

/** For each element the value of that place in `values`, which every `step`th of `places` says. */
function putEach(data: Float32Array, places: Uint8Array, step: number, values: Float32Array): void {
  const { length } = data;
  for (let i = 0, at = 0; i < length; i++, at += step) data[i] = values[places[at] ?? 0] ?? 0;
}

/** Elements that are drawn before they are put where they belong. */
const atOnce = 2 ** 12;

/**
 * The seed of the masks of one batch.
 * @param steps updates made before its own @param place of the batch among those of its update
 */
export function dropoutSeed(sessionSeed: number, steps: number, place = 0): number {
  const batch = place === 0 ? "" : ` batch ${place}`;
  return new Random(sessionSeed, `dropout at step ${steps}${batch}`).integer(2 ** 31);
}
