/** Attention as products of matrices: a feature map is one of its channels by its positions. */
import type { Calls } from "../../primitives/calls.ts";
import { four, type Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, inputAt } from "./expansion.ts";
import { softmaxOf } from "./pointwise.ts";

/** [batch, heads, channels of a head, positions] */
function byHeads({ build, inputs }: ExpansionContext, place: number, heads: number): Value {
  const map = inputAt({ inputs }, place);
  const [batch, channels, height, width] = four(map.shape);
  return build.reshape(map, [batch, heads, channels / heads, height * width]);
}

/** [batch, channels, positions] */
function matrixOf({ build, inputs }: ExpansionContext, place: number): Value {
  const map = inputAt({ inputs }, place);
  const [batch, channels, height, width] = four(map.shape);
  return build.reshape(map, [batch, channels, height * width]);
}

function asMap({ build, batch, output }: ExpansionContext, matrix: Value): Value {
  return build.reshape(matrix, [batch, ...output]);
}

function flipped(build: Calls, x: Value): Value {
  const last = x.shape.length - 1;
  return build.transpose(x, [...Array.from({ length: last - 1 }, (_, axis) => axis), last, last - 1]);
}

export const attend: Expansion<"attend"> = ({ attributes: { heads } }, context) => {
  const { build } = context;
  const [query, key, value] = [0, 1, 2].map((place) => byHeads(context, place, heads));
  if (query === undefined || key === undefined || value === undefined)
    throw new Error("attend has three inputs");
  // [batch, heads, keys, queries]: what each position of the result weighs is a column
  const scores = build.matmul(flipped(build, key), query);
  return asMap(context, build.matmul(value, softmaxOf(build, scores, [2])));
};

export const gather: Expansion<"gather"> = ({ attributes: { mean } }, context) => {
  const { build } = context;
  const [map, regions] = [matrixOf(context, 0), matrixOf(context, 1)];
  const sums = build.matmul(map, flipped(build, regions));
  const positions = map.shape.at(-1) ?? 1;
  return asMap(context, mean ? build.multiply(sums, 1 / positions) : sums);
};

export const distribute: Expansion<"distribute"> = (_, context) =>
  asMap(context, context.build.matmul(matrixOf(context, 1), matrixOf(context, 0)));
