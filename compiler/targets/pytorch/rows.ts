/** How every operation is written with PyTorch. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { inputHole, type Layer, type Row } from "./row.ts";
import { attend, channelPool, channelShuffle, distribute, gather } from "./rows/attention.ts";
import { conv, dense, transposedConv } from "./rows/convolution.ts";
import { crf } from "./rows/crf.ts";
import { add, concat, crop, cropTo, maximum, minimum, multiply, pad, subtract } from "./rows/joining.ts";
import {
  batchnorm,
  dropout,
  groupnorm,
  instancenorm,
  layernorm,
  lrn,
  softmax,
  spatialSoftmax,
} from "./rows/normalisation.ts";
import { activationRows, layerScale, prelu } from "./rows/pointwise.ts";
import { adaptivePool, avgpool, globalPool, maxpool, unpool } from "./rows/pooling.ts";
import { bedOfNails, pixelShuffle, pixelUnshuffle, resize, resizeTo } from "./rows/resampling.ts";

export const rows: { readonly [O in OperationName]: Row<O> } = {
  ...activationRows,
  input: (node) => {
    throw new Error(`${node.name}: an input is no expression`);
  },
  prelu,
  layer_scale: layerScale,
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
  softmax,
  spatial_softmax: spatialSoftmax,
  channel_pool: channelPool,
  channel_shuffle: channelShuffle,
  attend,
  gather,
  distribute,
  dropout,
  crf,
  add,
  subtract,
  multiply,
  maximum,
  minimum,
  concat,
  crop_to: cropTo,
  crop,
  pad,
};

export function layerOf(node: GraphNode, graph: Graph): Layer | Refusal {
  const holes = node.inputs.map((_, place) => inputHole(place));
  const row = rows[node.operation] as Row<OperationName>; // the table pairs each name with its own row
  return row(node as NodeOf<OperationName>, holes, graph); // as above
}
