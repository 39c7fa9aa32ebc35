/** Max and average pooling, of windows, bins and whole feature maps; unpooling. */
import { perAxis } from "../../../axis.ts";
import type { PoolAttributes } from "../../../ops/attributes.ts";
import { binAt } from "../../../ops/axis-matrices.ts";
import type { MapShape } from "../../../ops/operation.ts";
import type { WindowAttributes } from "../../primitives/attributes.ts";
import { isDistinct } from "../../primitives/windows.ts";
import { four, type Value } from "../../value.ts";
import { alongAxes } from "./along-axes.ts";
import { type Expansion, type ExpansionContext, inputAt, only } from "./expansion.ts";

export const maxpool: Expansion<"maxpool"> = ({ attributes }, context) => {
  const x = only(context);
  const [values, places] = context.build.windowMax(x, windowsOf(attributes, x, context.output));
  context.keepPlaces(places);
  return values;
};

/** As many windows as the pool's size rule says: where ceil mode clips the last one, the padding after it is larger. */
function windowsOf(
  { kernel, stride, dilation, padding }: PoolAttributes,
  x: Value,
  [, rows, columns]: MapShape,
): WindowAttributes {
  const [, , ...size] = four(x.shape);
  const count = [rows, columns] as const;
  const before = perAxis((axis) => padding[axis].before);
  const after = perAxis((axis) => {
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.max(0, (count[axis] - 1) * stride[axis] + reach - before[axis] - size[axis]);
  });
  return { kernel, stride, dilation, before, after };
}

export const unpool: Expansion<"unpool"> = ({ attributes }, context) => {
  const { shape } = inputAt(context, 2);
  const { kernel, stride, dilation } = attributes;
  const distinct = isDistinct({ kernel, stride, dilation });
  return context.build.scatter(only(context), context.places(), shape, distinct);
};

export const avgpool: Expansion<"avgpool"> = ({ attributes }, context) =>
  alongAxes("avgpool", attributes, context);

export const adaptivePool: Expansion<"adaptive_pool"> = ({ attributes }, context) =>
  attributes.kind === "average" ? alongAxes("adaptive_pool", attributes, context) : maximaOfBins(context);

/** Bins may overlap, and need not be equally large: the maximum of each by itself, unless they are windows. */
function maximaOfBins(context: ExpansionContext): Value {
  const { build, output } = context;
  const x = only(context);
  const [batch, channels, height, width] = four(x.shape);
  const [, rows, columns] = output;
  if (height % rows === 0 && width % columns === 0) {
    const kernel = [height / rows, width / columns] as const;
    return largestOf(context, x, kernel);
  }
  const bins = Array.from({ length: rows }, (_, row) => {
    const down = binAt(row, height, rows);
    const across = Array.from({ length: columns }, (_, column) => {
      const { start, end } = binAt(column, width, columns);
      const size = [down.end - down.start, end - start] as const;
      const bin = build.slice(x, [0, 0, down.start, start], [batch, channels, ...size]);
      return largestOf(context, bin, size);
    });
    return build.concat(across, 3);
  });
  return build.concat(bins, 2);
}

/** The maxima of windows side by side. */
function largestOf({ build }: ExpansionContext, x: Value, kernel: readonly [number, number]): Value {
  const none = [0, 0] as const;
  const [values] = build.windowMax(x, {
    kernel,
    stride: kernel,
    dilation: [1, 1],
    before: none,
    after: none,
  });
  return values;
}

export const globalPool: Expansion<"global_pool"> = ({ attributes }, context) => {
  const x = only(context);
  if (attributes.kind === "average") return context.build.mean(x, [2, 3]);
  const [, , height, width] = four(x.shape);
  return largestOf(context, x, [height, width]);
};
