/** Applies the changes drawn for a sample to one of its layers. */
import type { Random } from "../../random.ts";
import type { LayerPlan } from "../layers/layer.ts";
import { channelsOfLayer, resampleLayer } from "../layers/registry.ts";
import { layerMap, layerOf, type Sample } from "../sample.ts";
import type { DrawnAugmentation } from "./draw.ts";

/**
 * Every layer through the same map, sampled once: pictures bilinearly and mirrored beyond their edges; what holds at a point by the nearest
 * pixel and unknown beyond the edges, so that no class appears where there was none. Scaling down does not low-pass the image. Then the
 * values of the data's own images change: as an input all, as a target only their tones. Colours as chroma, and images from files of their
 * own, keep their values.
 * @param random for what is drawn for every pixel
 * @param target [height, width, channels] of the result, in pixels of the layer
 */
export function augmentLayer(
  sample: Sample,
  plan: LayerPlan,
  { map, values }: DrawnAugmentation,
  use: "input" | "target",
  random: Random,
  target: Float32Array | Int32Array,
): void {
  const layer = layerOf(sample, plan);
  const own = layerMap(plan, map, [sample.height, sample.width], [layer.height, layer.width]);
  resampleLayer(layer, plan.source, own, target);
  if (plan.source.kind !== "image" || plan.from !== "images" || !(target instanceof Float32Array)) return;
  const { height, width } = map;
  const channels = channelsOfLayer(plan.source);
  const image = { height, width, channels, samples: target, clipped: layer.fullScale !== 1 };
  for (const { tone, change } of values) if (tone || use === "input") change(image, random);
}
