/** How many feature maps each operation of the graph takes. */
import type { OperationName } from "../ops/attributes.ts";

export interface Arity {
  readonly least: number;
  readonly most: number;
}

const none: Arity = { least: 0, most: 0 };
const one: Arity = { least: 1, most: 1 };
const two: Arity = { least: 2, most: 2 };
const three: Arity = { least: 3, most: 3 };
const joined: Arity = { least: 2, most: Number.POSITIVE_INFINITY };

export const arities: Readonly<Record<OperationName, Arity>> = {
  input: none,
  conv: one,
  transposed_conv: one,
  dense: one,
  maxpool: one,
  avgpool: one,
  adaptive_pool: one,
  global_pool: one,
  unpool: three,
  bed_of_nails: one,
  resize: one,
  resize_to: two,
  pixel_shuffle: one,
  pixel_unshuffle: one,
  batchnorm: one,
  instancenorm: one,
  groupnorm: one,
  lrn: one,
  relu: one,
  relu6: one,
  leaky_relu: one,
  elu: one,
  prelu: one,
  sigmoid: one,
  tanh: one,
  softmax: one,
  dropout: one,
  crf: two,
  concat: joined,
  add: joined,
  multiply: joined,
  crop_to: two,
  crop: one,
  pad: one,
};
