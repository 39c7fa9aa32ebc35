/** Maps joined along their channels; the gradient of each is its channels of dy. */

import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { runOwnKernel } from "../own-kernel.ts";
import { withGradient } from "./with-gradient.ts";

export function concatenate(tf: TensorFlow, maps: readonly Tensor4D[]): Tensor4D {
  return withGradient(
    tf,
    maps,
    (...parts) => ({
      value: join(tf, parts),
      saved: [],
    }),
    (dy) => {
      let channel = 0;
      return maps.map((part): Tensor => {
        const first = channel;
        channel += part.shape[3];
        return channelsOf(tf, dy, first, part.shape[3]);
      });
    },
  );
}

function join(tf: TensorFlow, parts: readonly Tensor4D[]): Tensor4D {
  return (
    runOwnKernel<Tensor4D>(tf, "JoinChannels", Object.fromEntries(parts.entries()), {}) ??
    tf.concat([...parts], 3)
  );
}

function channelsOf(tf: TensorFlow, x: Tensor4D, first: number, count: number): Tensor4D {
  const [batch, height, width] = x.shape;
  const own = runOwnKernel<Tensor4D>(tf, "PartChannels", { x }, { first, count });
  return own ?? tf.slice(x, [0, 0, 0, first], [batch, height, width, count]);
}
