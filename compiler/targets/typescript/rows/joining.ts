/** Operations on several feature maps, and those that fit one feature map to another: concat, crop, pad. */
import { argument, argumentHole, expression, type Row, withArguments } from "../row.ts";
import { sidesOf } from "./notation.ts";

export const concat: Row<"concat"> = (_, inputs) => expression(`tf.concat([${inputs.join(", ")}], 3)`);

export const add: Row<"add"> = (_, inputs) =>
  inputs.length === 2
    ? expression(`tf.add<tf.Tensor4D>(${inputs.join(", ")})`)
    : expression(`sumOf([${inputs.join(", ")}])`, "sumOf");

export const cropTo: Row<"crop_to"> = (node, [x = "", like = ""]) => {
  const [vertical, horizontal] = node.attributes.offset;
  if (vertical === undefined && horizontal === undefined)
    return expression(`cropTo(${x}, ${like})`, "cropTo");
  return withArguments(
    expression(`cropTo(${x}, ${like}, ${argumentHole("offset")})`, "cropTo"),
    argument("offset", `[${vertical}, ${horizontal}]`),
  );
};

export const crop: Row<"crop"> = (node, [x = ""]) =>
  withArguments(
    expression(`crop(${x}, ${argumentHole("margins")})`, "crop"),
    argument("margins", sidesOf(node.attributes.margins)),
  );

export const pad: Row<"pad"> = (node, [x = ""]) => {
  const { margins, mode, value } = node.attributes;
  const name = { zeros: "padZeros", constant: "padded", reflect: "padReflect", edge: "padEdge" } as const;
  const filling = mode === "constant" ? `, ${argumentHole("value")}` : "";
  return withArguments(
    expression(`${name[mode]}(${x}, ${argumentHole("margins")}${filling})`, name[mode]),
    argument("margins", sidesOf(margins)),
    ...(mode === "constant" ? [argument("value", String(value))] : []),
  );
};
