/** Max pooling and its inverse with their gradients: each goes to, or comes from, the first maximum of its window alone. */
import type { Tensor4D, TensorFlow } from "../lowering.ts";
import { fetchFromPlaces, lowest, maximumPlaces, putToPlaces, type Windows } from "./windows.ts";
import { withGradient } from "./with-gradient.ts";

/** @param places where the maxima are, if that is known already */
export function maxPool(
  tf: TensorFlow,
  x: Tensor4D,
  windows: Windows,
  places: Tensor4D | undefined,
): Tensor4D {
  const dilated = windows.dilation[0] > 1 || windows.dilation[1] > 1;
  // TensorFlow.js pools no dilated windows: there the maxima are fetched from where they are.
  if (places === undefined && dilated) return maxPool(tf, x, windows, maximumPlaces(tf, x, windows));
  return withGradient(
    tf,
    [x],
    (map) => ({
      value:
        places !== undefined && dilated
          ? fetchFromPlaces(tf, map, places, windows)
          : maximaOf(tf, map, windows),
      saved: [places ?? map],
    }),
    (dy, [held]) => [
      putToPlaces(tf, dy, places === undefined ? maximumPlaces(tf, held, windows) : held, windows),
    ],
  );
}

/** Values at the places of the maxima, zeros elsewhere. */
export function maxUnpool(tf: TensorFlow, values: Tensor4D, places: Tensor4D, windows: Windows): Tensor4D {
  return withGradient(
    tf,
    [values],
    (map) => ({
      value: putToPlaces(tf, map, places, windows),
      saved: [places],
    }),
    (dy, [held]) => [fetchFromPlaces(tf, dy, held, windows)],
  );
}

/** Padding after the feature map is only what the last window needs, so that no window follows it. */
function maximaOf(tf: TensorFlow, x: Tensor4D, { kernel, stride, before, map, count }: Windows): Tensor4D {
  const after = (axis: 0 | 1): number =>
    Math.max(0, (count[axis] - 1) * stride[axis] + kernel[axis] - map[axis] - before[axis]);
  const [bottom, right] = [after(0), after(1)];
  const margins: [number, number][] = [
    [0, 0],
    [before[0], bottom],
    [before[1], right],
    [0, 0],
  ];
  const padded = before[0] + before[1] + bottom + right === 0 ? x : tf.pad(x, margins, lowest);
  return tf.maxPool(padded, [kernel[0], kernel[1]], [stride[0], stride[1]], "valid");
}
