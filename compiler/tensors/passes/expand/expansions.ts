/** The expansion of every operation, assembled from its families. */
import type { OperationName } from "../../../ops/attributes.ts";
import { attend, distribute, gather } from "./attention.ts";
import { channelPool, channelShuffle } from "./channels.ts";
import { conv, dense, transposedConv } from "./convolution.ts";
import { crf } from "./crf.ts";
import type { Expansion } from "./expansion.ts";
import { concat, crop, cropTo, pad } from "./joining.ts";
import { batchnorm, dropout, groupnorm, instancenorm, layernorm, lrn } from "./normalisation.ts";
import { activationExpansions, fromFormula, softmax, spatialSoftmax } from "./pointwise.ts";
import { adaptivePool, avgpool, globalPool, maxpool, unpool } from "./pooling.ts";
import { bedOfNails, pixelShuffle, pixelUnshuffle, resize, resizeTo } from "./resampling.ts";

const input: Expansion<"input"> = (_, context) => context.input();

export const expansions: { readonly [O in OperationName]: Expansion<O> } = {
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
  layernorm,
  lrn,
  ...activationExpansions,
  prelu: fromFormula("prelu"),
  layer_scale: fromFormula("layer_scale"),
  softmax,
  spatial_softmax: spatialSoftmax,
  channel_pool: channelPool,
  channel_shuffle: channelShuffle,
  attend,
  gather,
  distribute,
  dropout,
  crf,
  concat,
  add: fromFormula("add"),
  subtract: fromFormula("subtract"),
  multiply: fromFormula("multiply"),
  maximum: fromFormula("maximum"),
  minimum: fromFormula("minimum"),
  crop_to: cropTo,
  crop,
  pad,
};
