/** Operations on several feature maps, and those that fit one feature map to another: concat, crop, pad. */
import { type PerAxis, perAxis } from "../../../axis.ts";
import type { Margins } from "../../../ops/attribute-values.ts";
import { croppedBefore } from "../../../ops/cropping.ts";
import { four, type Value } from "../../value.ts";
import { alongAxes, positionsOf } from "./along-axes.ts";
import { type Expansion, type ExpansionContext, only } from "./expansion.ts";

export const concat: Expansion<"concat"> = (_, { build, inputs }) => build.concat(inputs, 1);

export const cropTo: Expansion<"crop_to"> = ({ attributes }, context) =>
  cut(
    context,
    perAxis((axis) => croppedBefore(attributes, positionsOf(context, axis))),
  );

export const crop: Expansion<"crop"> = ({ attributes }, context) =>
  cut(
    context,
    perAxis((axis) => attributes.margins[axis].before),
  );

function cut(context: ExpansionContext, [top, left]: PerAxis<number>): Value {
  const [batch] = four(only(context).shape);
  return context.build.slice(only(context), [0, 0, top, left], [batch, ...context.output]);
}

export const pad: Expansion<"pad"> = ({ attributes }, context) => {
  const { margins, mode, value } = attributes;
  if (mode === "reflect" || mode === "edge") return alongAxes("pad", attributes, context);
  const [down, across] = margins;
  const before = [0, 0, down.before, across.before];
  const padded = context.build.pad(only(context), before, [0, 0, down.after, across.after]);
  return value === 0 ? padded : context.build.add(padded, frame(margins, value, context));
};

/** The value at every added position and 0 inside: [1, 1, height, width]. */
function frame(margins: PerAxis<Margins>, value: number, { build, output }: ExpansionContext): Value {
  const [down, across] = perAxis((axis) => {
    const [, height, width] = output;
    const extent = axis === 0 ? height : width;
    const { before, after } = margins[axis];
    const outside = Array.from({ length: extent }, (_, i) => (i < before || i >= extent - after ? 1 : 0));
    return build.constant(outside, axis === 0 ? [1, 1, extent, 1] : [1, 1, 1, extent]);
  });
  return build.multiply(build.maximum(down, across), value);
}
