/** Positions padded on and cropped from the four sides of a feature map. */
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Margins } from "../../../../compiler/ops/operation.ts";
import type { Tensor4D, TensorFlow } from "../lowering.ts";

export function padWith(tf: TensorFlow, x: Tensor4D, margins: PerAxis<Margins>, value = 0): Tensor4D {
  const [y, across] = margins;
  if (y.before === 0 && y.after === 0 && across.before === 0 && across.after === 0) return x;
  const paddings: [number, number][] = [
    [0, 0],
    [y.before, y.after],
    [across.before, across.after],
    [0, 0],
  ];
  return tf.pad(x, paddings, value);
}

/** The window of the given height and width that starts at position (top, left). */
export function cut(tf: TensorFlow, x: Tensor4D, start: PerAxis<number>, size: PerAxis<number>): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (start[0] === 0 && start[1] === 0 && size[0] === height && size[1] === width) return x;
  return tf.slice(x, [0, start[0], start[1], 0], [batch, size[0], size[1], channels]);
}
