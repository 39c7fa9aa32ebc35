/** How every operation is written with TensorFlow.js. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { formulaOf } from "../../ops/elementwise.ts";
import type { OperationTable } from "../target.ts";
import { type Expression, inputHole, type Row } from "./row.ts";
import { attend, channelPool, channelShuffle, distribute, gather } from "./rows/attention.ts";
import { conv, dense, transposedConv } from "./rows/convolution.ts";
import { crf } from "./rows/crf.ts";
import { add, concat, crop, cropTo, pad } from "./rows/joining.ts";
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
import { formulaExpression, pointwiseRows } from "./rows/pointwise.ts";
import { adaptivePool, avgpool, globalPool, maxpool, unpool } from "./rows/pooling.ts";
import { bedOfNails, pixelShuffle, pixelUnshuffle, resize, resizeTo } from "./rows/resampling.ts";

export type Rows = OperationTable<{ readonly [O in OperationName]: Row<O> }>;

export const rows: Rows = {
  ...pointwiseRows,
  input: (node) => {
    throw new Error(`${node.name}: an input is no expression`);
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
  concat,
  crop_to: cropTo,
  crop,
  pad,
};

/** A node by its row, else by its formula. */
export function nodeExpression(node: GraphNode, graph: Graph): Expression | Refusal {
  const holes = node.inputs.map((_, place) => inputHole(place));
  const row = rows[node.operation] as Row<OperationName> | undefined; // the table pairs each name with its own row
  if (row !== undefined) return row(node as NodeOf<OperationName>, holes, graph); // as above
  const formula = formulaOf(node.operation, node.attributes as never, holes.length); // a node's attributes are its operation's
  if (formula === undefined) throw new Error(`${node.operation} has neither a row nor a formula`);
  return formulaExpression(formula, holes);
}
