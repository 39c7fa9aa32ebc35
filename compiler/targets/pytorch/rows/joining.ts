/** Operations on several feature maps, and those that fit one feature map to another: concat, add, maximum, crop, pad. */
import { expression, type Row } from "../row.ts";
import { float, padSides } from "./notation.ts";

export const concat: Row<"concat"> = (_, inputs) => expression(`torch.cat([${inputs.join(", ")}], dim=1)`);

export const add: Row<"add"> = (_, inputs) => expression(inputs.join(" + "));

export const subtract: Row<"subtract"> = (_, inputs) => expression(inputs.join(" - "));

export const multiply: Row<"multiply"> = (_, inputs) => expression(inputs.join(" * "));

export const maximum: Row<"maximum"> = (_, inputs) => expression(nested("torch.maximum", inputs));

export const minimum: Row<"minimum"> = (_, inputs) => expression(nested("torch.minimum", inputs));

/** A function of two, of the first and the second, of that and the third. */
function nested(name: string, [first = "", ...others]: readonly string[]): string {
  return others.reduce((before, input) => `${name}(${before}, ${input})`, first);
}

export const cropTo: Row<"crop_to"> = (node, [x = "", like = ""]) => {
  const offset = node.attributes.offset.map((cut) => (cut === undefined ? "None" : String(cut)));
  const given = offset.every((cut) => cut === "None") ? "" : `, (${offset.join(", ")})`;
  return expression(`crop_to(${x}, ${like}${given})`, "crop_to");
};

export const crop: Row<"crop"> = (node, [x = ""]) =>
  expression(`F.pad(${x}, ${padSides(node.attributes.margins, -1)})`);

export const pad: Row<"pad"> = (node, [x = ""]) => {
  const { margins, mode, value } = node.attributes;
  const how = {
    zeros: "",
    constant: `, value=${float(value)}`,
    reflect: ', mode="reflect"',
    edge: ', mode="replicate"',
  }[mode];
  return expression(`F.pad(${x}, ${padSides(margins)}${how})`);
};
