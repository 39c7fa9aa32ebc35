/** Which attributes every operation of the printed graph has, in the order they are written. */
import type { Attributes, OperationName } from "../ops/attributes.ts";
import {
  bracketed,
  count,
  cuts,
  dimension,
  extent,
  flag,
  initialisation,
  margins,
  type Notation,
  oneOf,
  orAll,
  quoted,
  real,
  whole,
} from "./notation.ts";

type Notations<A> = { readonly [K in keyof A]-?: Notation<A[K]> };

const learned = { bias: flag, init: initialisation, frozen: flag };
const pool = {
  kernel: extent(count),
  stride: extent(count),
  dilation: extent(count),
  padding: bracketed(margins),
  ceil: flag,
};
const imageNormalisation = { epsilon: real, scale: flag, shift: flag, frozen: flag };
const sampling = oneOf("nearest", "bilinear");

export const notations: { readonly [O in OperationName]: Notations<Attributes[O]> } = {
  input: { name: quoted, channels: count, size: bracketed(dimension) },
  conv: {
    channels: count,
    kernel: extent(count),
    stride: extent(count),
    dilation: extent(count),
    groups: count,
    padding: bracketed(margins),
    ...learned,
  },
  transposed_conv: {
    channels: count,
    kernel: extent(count),
    stride: extent(count),
    groups: count,
    padding: bracketed(margins),
    ...learned,
  },
  dense: { channels: count, ...learned },
  maxpool: pool,
  avgpool: pool,
  adaptive_pool: { kind: oneOf("max", "average"), bins: extent(count) },
  global_pool: { kind: oneOf("max", "average") },
  unpool: pool,
  bed_of_nails: { factor: extent(count) },
  resize: { mode: sampling, factor: extent(count), alignCorners: flag },
  resize_to: { mode: sampling, alignCorners: flag },
  pixel_shuffle: { factor: extent(count) },
  pixel_unshuffle: { factor: extent(count) },
  batchnorm: { momentum: real, epsilon: real, scale: flag, shift: flag, frozen: flag },
  instancenorm: imageNormalisation,
  groupnorm: { groups: count, ...imageNormalisation },
  lrn: { size: count, alpha: real, beta: real, k: real },
  relu: {},
  relu6: {},
  leaky_relu: { slope: real },
  elu: { alpha: real },
  prelu: { init: real },
  sigmoid: {},
  tanh: {},
  softmax: {},
  dropout: { rate: real, spatial: flag },
  crf: {
    iterations: whole,
    window: orAll(extent(count)),
    appearanceWeight: real,
    smoothnessWeight: real,
    appearancePosition: real,
    smoothnessPosition: real,
    appearanceColour: real,
    frozen: flag,
  },
  concat: {},
  add: {},
  multiply: {},
  crop_to: { rule: oneOf("centred", "aligned"), offset: cuts },
  crop: { margins: bracketed(margins) },
  pad: { margins: bracketed(margins), mode: oneOf("zeros", "reflect", "edge") },
};
