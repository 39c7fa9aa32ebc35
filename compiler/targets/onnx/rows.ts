/** How every operation is written in ONNX. */

import { int } from "../../onnx/attribute.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { OperationTable } from "../target.ts";
import type { Row } from "./row.ts";
import { attend, distribute, gather } from "./rows/attention.ts";
import { channelPool, channelShuffle } from "./rows/channels.ts";
import { conv, dense, transposedConv } from "./rows/convolution.ts";
import { crf } from "./rows/crf.ts";
import { elementwiseRows } from "./rows/elementwise.ts";
import { crop, cropTo, pad } from "./rows/margins.ts";
import { groupnorm, instancenorm, layernorm, lrn, softmax, spatialSoftmax } from "./rows/normalisation.ts";
import { adaptivePool, avgpool, globalPool, maxpool, unpool } from "./rows/pooling.ts";
import { bedOfNails, pixelShuffle, pixelUnshuffle, resize, resizeTo } from "./rows/resampling.ts";

export type Rows = OperationTable<{ readonly [O in OperationName]: Row<O> }>;

export const rows: Rows = {
  ...elementwiseRows,
  input: (node) => {
    throw new Error(`${node.name}: an input is no operator`);
  },
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
  instancenorm,
  groupnorm,
  layernorm,
  lrn,
  softmax,
  spatial_softmax: spatialSoftmax,
  channel_pool: channelPool,
  channel_shuffle: channelShuffle,
  attend,
  gather,
  distribute,
  crf,
  concat: (_, inputs, row) => row.main("Concat", inputs, { axis: int(1) }),
  crop_to: cropTo,
  crop,
  pad,
};
