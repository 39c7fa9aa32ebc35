/**
 * Every operation of the graph and every word of the language. A new one is a file beside this and a line here; an activation that
 * is a function of one value, a file and a line in `activations/`.
 */
import { activationOperations, activationWords } from "./activation-operations.ts";
import { adaptivePool } from "./adaptive-pooling.ts";
import { attend, attendWord, distribute, distributeWord, gather, gatherWord } from "./attention.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import { batchnorm, batchnormWord } from "./batch-normalisation.ts";
import { channelPool } from "./channel-pooling.ts";
import { channelShuffle, channelShuffleWord } from "./channel-shuffle.ts";
import { conv, convWord } from "./convolution.ts";
import { crf, crfWord } from "./crf.ts";
import { crop, cropTo, cropWord } from "./cropping.ts";
import { dense, denseWord } from "./dense.ts";
import { downsampleWord } from "./downsample.ts";
import { dropout, dropoutWord, stochasticDepthWord } from "./dropout.ts";
import { groupnorm, groupnormWord, instancenorm, instancenormWord } from "./group-normalisation.ts";
import { input } from "./input.ts";
import { add, concat, maximum, minimum, multiply, subtract } from "./joining.ts";
import { layernorm, layernormWord } from "./layer-normalisation.ts";
import { layerScale, layerScaleWord } from "./layer-scale.ts";
import { lrn, lrnWord } from "./local-response-normalisation.ts";
import type { Operation } from "./operation.ts";
import { pad, padWord } from "./pad.ts";
import { pixelShuffle, pixelShuffleWord, pixelUnshuffle, pixelUnshuffleWord } from "./pixel-shuffle.ts";
import { avgpoolWord, maxpoolWord } from "./pool-word.ts";
import { avgpool, globalPool, maxpool } from "./pooling.ts";
import { prelu, preluWord } from "./prelu.ts";
import { resize, resizeTo } from "./resampling.ts";
import { softmax, softmaxWord } from "./softmax.ts";
import { spatialSoftmax } from "./spatial-softmax.ts";
import { transposedConv, transposedConvWord } from "./transposed-convolution.ts";
import { bedOfNails, unpool, unpoolWord } from "./unpooling.ts";
import { upsampleWord } from "./upsample.ts";
import type { Word } from "./word.ts";

export const operations: { readonly [O in OperationName]: Operation<Attributes[O]> } = {
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
  ...activationOperations,
  prelu,
  layer_scale: layerScale,
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
  add,
  subtract,
  multiply,
  maximum,
  minimum,
  crop_to: cropTo,
  crop,
  pad,
};

/** An operation whose attributes are those of any. */
export type AnyOperation = Operation<Attributes[OperationName]>;

/** What a node's operation says of itself; its questions take the node's attributes. */
export function operationOf({ operation }: { readonly operation: OperationName }): AnyOperation {
  return operations[operation] as unknown as AnyOperation; // a node pairs its operation with its own attributes
}

export const operationNames = Object.keys(operations) as readonly OperationName[]; // the record has no other keys

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

const allWords: readonly Word[] = [
  convWord,
  transposedConvWord,
  denseWord,
  maxpoolWord,
  avgpoolWord,
  unpoolWord,
  upsampleWord,
  downsampleWord,
  pixelShuffleWord,
  pixelUnshuffleWord,
  channelShuffleWord,
  attendWord,
  gatherWord,
  distributeWord,
  batchnormWord,
  instancenormWord,
  groupnormWord,
  layernormWord,
  lrnWord,
  ...activationWords,
  preluWord,
  layerScaleWord,
  softmaxWord,
  dropoutWord,
  stochasticDepthWord,
  crfWord,
  cropWord,
  padWord,
];

export const words: ReadonlyMap<string, Word> = new Map(allWords.map((word) => [word.name, word]));
