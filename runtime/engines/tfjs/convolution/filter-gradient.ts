/** The gradient of a convolution with respect to its filter. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { channelSum } from "../composed/channelwise.ts";
import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { byGroups, groupSizes } from "./groups.ts";
import { kernel, padded } from "./padding.ts";
import { isDense, isDepthwise, isOne, margins, pair, type Sizes } from "./sizes.ts";
import { unstrided } from "./spread.ts";

export function filterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const { stride, dilation, groups } = attributes;
  const filterShape = sizes.filter;
  if (isDense(attributes, sizes)) {
    const inputs = elementCount(sizes.x.slice(1));
    const right = tf.transpose(tf.reshape(x, [sizes.x[0], inputs]));
    const product = tf.matMul<Tensor>(right, tf.reshape(dy, [sizes.y[0], sizes.y[3]]));
    return tf.reshape(product, [...filterShape]) as Tensor4D; // rank 4
  }
  if (isDepthwise(attributes, sizes)) {
    const map = padded(tf, x, attributes);
    const own = runOwnKernel<Tensor4D>(
      tf,
      "DepthwiseFilterGradient",
      { x: map, dy },
      { filterShape, stride, dilation },
    );
    return own ?? depthwiseFilterGradient(tf, map, unstrided(tf, dy, attributes, sizes), attributes, sizes);
  }
  if (groups > 1) {
    return byGroups(tf, x, dy, groups, (part, slope) =>
      filterGradient(tf, part, slope, { ...attributes, groups: 1 }, groupSizes(sizes, groups)),
    );
  }
  const given = {
    strides: pair(stride),
    pad: margins(attributes),
    dataFormat: "NHWC",
    filterShape: [...filterShape],
  };
  const own = runOwnKernel<Tensor4D>(tf, "FilterGradient", { x, dy }, { ...given, dilations: dilation });
  if (own !== undefined) return own;
  const map = padded(tf, x, attributes);
  if (isOne(dilation)) {
    const bare = { ...given, pad: "valid", dimRoundingMode: "floor" };
    return kernel(tf, "Conv2DBackpropFilter", { x: map, dy }, bare);
  }
  return dilatedFilterGradient(tf, map, unstrided(tf, dy, attributes, sizes), attributes, sizes);
}

/** Tap (i, j) is the matrix product of the map shifted by (d·i, d·j) and dy. */
function dilatedFilterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  const [, , inputs, outputs] = sizes.filter;
  const positions = elementCount(dy.shape.slice(0, 3));
  const right = tf.reshape(dy, [positions, outputs]);
  return ofTaps(tf, x, dy, attributes, sizes, (shifted) =>
    tf.matMul<Tensor>(tf.reshape(shifted, [positions, inputs]), right, true, false),
  );
}

function depthwiseFilterGradient(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Tensor4D {
  return ofTaps(tf, x, dy, attributes, sizes, (shifted) => channelSum(tf, tf.mul(shifted, dy)));
}

/** @param tap of the map where the positions of dy read it, at one tap of the filter: [taps, inputs, outputs] together */
function ofTaps(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  { dilation }: ConvolutionAttributes,
  { filter }: Sizes,
  tap: (shifted: Tensor4D) => Tensor,
): Tensor4D {
  const [height, width] = filter;
  const [batch, rows, columns] = dy.shape;
  const taps: Tensor[] = [];
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++)
      taps.push(
        tap(tf.slice(x, [0, i * dilation[0], j * dilation[1], 0], [batch, rows, columns, x.shape[3]])),
      );
  return tf.reshape(tf.concat(taps, 0), [...filter]) as Tensor4D; // rank 4
}
