/** Operations on several feature maps, and those that fit one feature map to another: concat, crop, pad. */
import { expression, type Row } from "../row.ts";
import { sidesOf } from "./notation.ts";

export const concat: Row<"concat"> = (_, inputs) => expression(`tf.concat([${inputs.join(", ")}], 3)`);

export const add: Row<"add"> = (_, inputs) =>
  inputs.length === 2
    ? expression(`tf.add<tf.Tensor4D>(${inputs.join(", ")})`)
    : expression(`sumOf([${inputs.join(", ")}])`, "sumOf");

export const cropTo: Row<"crop_to"> = (node, [x = "", like = ""]) => {
  const [vertical, horizontal] = node.attributes.offset;
  const offset = vertical === undefined && horizontal === undefined ? "" : `, [${vertical}, ${horizontal}]`;
  return expression(`cropTo(${x}, ${like}${offset})`, "cropTo");
};

export const crop: Row<"crop"> = (node, [x = ""]) =>
  expression(`crop(${x}, ${sidesOf(node.attributes.margins)})`, "crop");

export const pad: Row<"pad"> = (node, [x = ""]) => {
  const { margins, mode } = node.attributes;
  if (mode === "zeros") return expression(`padZeros(${x}, ${sidesOf(margins)})`, "padZeros");
  const name = mode === "edge" ? "padEdge" : "padReflect";
  return expression(`${name}(${x}, ${sidesOf(margins)})`, name);
};
