/** Operations on several feature maps, and those that fit one feature map to another: concat, crop, pad. */
import { type PerAxis, perAxis } from "../../../axis.ts";
import { border } from "../../../ops/axis-matrices.ts";
import { four, type Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, only } from "./expansion.ts";
import { alongBoth } from "./pooling.ts";

export const concat: Expansion<"concat"> = (_, { build, inputs }) => build.concat(inputs, 1);

/** A centred crop removes half the difference of the sizes on each side. */
export const cropTo: Expansion<"crop_to"> = ({ attributes }, context) => {
  const [, , height, width] = four(only(context).shape);
  const surplus = [height - context.output[1], width - context.output[2]] as const;
  return cut(
    context,
    perAxis((axis) => attributes.offset[axis] ?? Math.floor(surplus[axis] / 2)),
  );
};

export const crop: Expansion<"crop"> = ({ attributes }, context) =>
  cut(
    context,
    perAxis((axis) => attributes.margins[axis].before),
  );

function cut(context: ExpansionContext, [top, left]: PerAxis<number>): Value {
  const [batch] = four(only(context).shape);
  return context.build.slice(only(context), [0, 0, top, left], [batch, ...context.output]);
}

export const pad: Expansion<"pad"> = ({ attributes: { margins, mode } }, context) => {
  if (mode !== "zeros") return alongBoth(context, (cells, _, axis) => border(cells, margins[axis], mode));
  const [down, across] = margins;
  const before = [0, 0, down.before, across.before];
  return context.build.pad(only(context), before, [0, 0, down.after, across.after]);
};
