/** What tests read of an image: the image as the input "image", its classes as the target of "labels". */
import type { Normalisation } from "../../runtime/arrays.ts";
import type { InputPlan, TargetPlan } from "../../runtime/data/input-plan.ts";
import { type LayerSource, layerPlan, type SizedLayer } from "../../runtime/data/layers/layer.ts";
import { readLayer } from "../../runtime/data/layers/registry.ts";

export const imageOf = (channels: number) => layerPlan({ kind: "image", channels }, "images");
export const classes = layerPlan({ kind: "classes" }, "labels");
export const labels: TargetPlan = { output: "labels", layer: classes };

export function inputOf(
  channels: number,
  normalisation: Normalisation,
  changes: Partial<InputPlan> = {},
): InputPlan {
  return { name: "image", layer: imageOf(channels), shrink: 1, noise: 0, normalisation, ...changes };
}

/** A layer from a file of its own. */
export function layerIn(file: string, source: LayerSource): Promise<SizedLayer> {
  const masks = { values: undefined, ignore: [], classes: [] };
  return readLayer({ name: "", image: file, label: undefined }, layerPlan(source, "images"), masks);
}
