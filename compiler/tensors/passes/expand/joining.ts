/** Operations on several feature maps, and those that fit one feature map to another: concat, crop, pad. */
import { type PerAxis, perAxis } from "../../../axis.ts";
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
  const { margins, mode } = attributes;
  if (mode !== "zeros") return alongAxes("pad", attributes, context);
  const [down, across] = margins;
  const before = [0, 0, down.before, across.before];
  return context.build.pad(only(context), before, [0, 0, down.after, across.after]);
};
