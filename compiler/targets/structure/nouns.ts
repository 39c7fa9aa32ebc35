/** What variables are called that hold feature maps without a name. */
import type { OperationName } from "../../ops/attributes.ts";
import type { Call } from "./statement.ts";

/** By the block, or as the layer's weights are, or by what was done. */
export function nounOf({ callee, node }: Call): string {
  if ("block" in callee) return callee.block.name;
  return nouns[node.operation] ?? node.name.split(".").at(-1) ?? "map";
}

const nouns: Readonly<Partial<Record<OperationName, string>>> = {
  maxpool: "pooled",
  avgpool: "pooled",
  adaptive_pool: "pooled",
  global_pool: "pooled",
  resize: "upsampled",
  resize_to: "resized",
  unpool: "unpooled",
  pad: "padded",
  crop: "cropped",
  crop_to: "cropped",
  concat: "joined",
  add: "sum",
  subtract: "difference",
  multiply: "product",
  maximum: "largest",
  minimum: "smallest",
};
