/** The lowering of every operation, assembled from its families. */

import type { Lowering, Lowerings } from "../lowering.ts";
import { derivedLowerings } from "./activation.ts";
import { conv, dense, transposedConv } from "./convolution.ts";
import { crf } from "./crf.ts";
import { only } from "./inputs.ts";
import { add, concat, crop, cropTo, multiply, pad } from "./joining.ts";
import { batchnorm, dropout, groupnorm, instancenorm, lrn } from "./normalisation.ts";
import { elu, leakyRelu, prelu, relu, relu6, sigmoid, softmax, tanh } from "./pointwise.ts";
import { adaptivePool, avgpool, globalPool, maxpool, unpool } from "./pooling.ts";
import { bedOfNails, pixelShuffle, pixelUnshuffle, resize, resizeTo } from "./resampling.ts";

const input: Lowering<"input"> = (_node, inputs) => only(inputs);

/** Total but for activations, which derive from their formulas where they have no row. */
export const lowerings: Lowerings = {
  ...derivedLowerings,
  input,
  conv,
  transposed_conv: transposedConv,
  dense,
  maxpool,
  avgpool,
  adaptive_pool: adaptivePool,
  global_pool: globalPool,
  unpool,
  bed_of_nails: bedOfNails,
  resize,
  resize_to: resizeTo,
  pixel_shuffle: pixelShuffle,
  pixel_unshuffle: pixelUnshuffle,
  batchnorm,
  instancenorm,
  groupnorm,
  lrn,
  relu,
  relu6,
  leaky_relu: leakyRelu,
  elu,
  prelu,
  sigmoid,
  tanh,
  softmax,
  dropout,
  crf,
  concat,
  add,
  multiply,
  crop_to: cropTo,
  crop,
  pad,
};
