/** The gradient of a strided convolution at the positions of stride 1. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { withZerosBetween } from "../composed/every-nth.ts";
import type { Tensor4D, TensorFlow } from "../types.ts";
import { isOne, type Sizes } from "./sizes.ts";

/** dy at the positions of stride 1, zeros between. */
export function unstrided(
  tf: TensorFlow,
  dy: Tensor4D,
  { stride }: ConvolutionAttributes,
  { y }: Sizes,
): Tensor4D {
  if (isOne(stride)) return dy;
  const size = [(y[1] - 1) * stride[0] + 1, (y[2] - 1) * stride[1] + 1] as const;
  return withZerosBetween(tf, dy, stride, size);
}
