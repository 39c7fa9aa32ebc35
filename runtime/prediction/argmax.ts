/** The class of every position of an output. */
import type { GraphOutput } from "../../compiler/network/graph.ts";
import type { LabelBatch, MapBatch } from "../arrays.ts";

/**
 * The channel of the highest value, the first of equals; for one channel (a sigmoid), 1 from one half on.
 * @param count of the channels that are compared; left out: all
 */
export function chosenClasses({ data, shape }: MapBatch, count = shape[3]): LabelBatch {
  const [batch, height, width, channels] = shape;
  const classes = new Int32Array(batch * height * width);
  for (let cell = 0; cell < classes.length; cell++) {
    const start = cell * channels;
    let best = 0;
    let highest = data[start] ?? 0;
    if (count === 1) best = highest >= 0.5 ? 1 : 0;
    for (let channel = 1; channel < count; channel++) {
      const value = data[start + channel] ?? 0;
      if (value > highest) {
        highest = value;
        best = channel;
      }
    }
    classes[cell] = best;
  }
  return { data: classes, shape: [batch, height, width] };
}

/**
 * The probability of the chosen class at every position, [batch, height, width].
 * @param activation of the output; without one the values are logits
 */
export function chosenProbabilities(
  { data, shape }: MapBatch,
  activation: GraphOutput["activation"],
): Float32Array {
  const [batch, height, width, channels] = shape;
  return Float32Array.from({ length: batch * height * width }, (_, cell) => {
    const own = data.subarray(cell * channels, (cell + 1) * channels);
    const highest = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    if (channels === 1) return Math.max(highest, 1 - highest);
    if (activation !== undefined) return highest;
    return 1 / own.reduce((sum, value) => sum + Math.exp(value - highest), 0);
  });
}
