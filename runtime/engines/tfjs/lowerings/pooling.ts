/** Max and average pooling, of windows, bins and whole feature maps; unpooling. */
import { perAxis } from "../../../../compiler/axis.ts";
import type { PoolAttributes } from "../../../../compiler/ops/attributes.ts";
import { binAt } from "../../../../compiler/ops/axis-matrices.ts";
import type { MapShape } from "../../../../compiler/ops/operation.ts";
import { globalMaximum } from "../gradients/global-maximum.ts";
import { maxPool, maxUnpool } from "../gradients/max-pool.ts";
import { maximumPlaces, type Windows } from "../gradients/windows.ts";
import type { Lowering } from "../lowering.ts";
import { alongAxes } from "./along-axes.ts";
import { only } from "./inputs.ts";
import { cut } from "./margins.ts";

export const maxpool: Lowering<"maxpool"> = (node, inputs, context) => {
  const x = only(inputs);
  const windows = windowsOf(node.attributes, only(context.inputs), context.output);
  if (context.keepMaxima === undefined) return maxPool(context.tf, x, windows, undefined);
  const places = maximumPlaces(context.tf, x, windows);
  context.keepMaxima({ attributes: node.attributes, input: only(context.inputs), places });
  return maxPool(context.tf, x, windows, places);
};

export const unpool: Lowering<"unpool"> = (node, inputs, context) => {
  const { maxima } = context;
  if (maxima === undefined) throw new Error(`${node.name}: the pooling indices were not kept`);
  const pooled: MapShape = [maxima.input[0], maxima.places.shape[1], maxima.places.shape[2]];
  return maxUnpool(
    context.tf,
    only(inputs),
    maxima.places,
    windowsOf(maxima.attributes, maxima.input, pooled),
  );
};

export const avgpool: Lowering<"avgpool"> = (node, inputs, context) => alongAxes(node, only(inputs), context);

export const adaptivePool: Lowering<"adaptive_pool"> = (node, inputs, context) => {
  const x = only(inputs);
  if (node.attributes.kind === "average") return alongAxes(node, x, context);
  const { tf, output } = context;
  const [, height, width] = x.shape;
  const [channels, rows, columns] = output;
  const cells = Array.from({ length: rows }, (_, row) => {
    const down = binAt(row, height, rows);
    const band = cut(tf, x, [down.start, 0], [down.end - down.start, width]);
    return Array.from({ length: columns }, (_, column) => {
      const across = binAt(column, width, columns);
      const bin = cut(tf, band, [0, across.start], [down.end - down.start, across.end - across.start]);
      return globalMaximum(tf, bin);
    });
  });
  return tf.reshape(tf.concat(cells.flat(), 1), [x.shape[0], rows, columns, channels]);
};

export const globalPool: Lowering<"global_pool"> = (node, inputs, context) => {
  const x = only(inputs);
  return node.attributes.kind === "max" ? globalMaximum(context.tf, x) : alongAxes(node, x, context);
};

function windowsOf(
  { kernel, stride, dilation, padding }: PoolAttributes,
  input: MapShape,
  pooled: MapShape,
): Windows {
  return {
    kernel,
    stride,
    dilation,
    before: perAxis((axis) => padding[axis].before),
    map: [input[1], input[2]],
    count: [pooled[1], pooled[2]],
  };
}
