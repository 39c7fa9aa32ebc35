/** Every kind of layer. A new one is a file beside this and a line here. */
import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import type { Region } from "../../images/raster.ts";
import type { GeometricMap } from "../canvas.ts";
import type { Pair } from "../pair.ts";
import { boundaries } from "./boundaries.ts";
import { centres } from "./centres.ts";
import { chroma } from "./chroma.ts";
import { classes } from "./classes.ts";
import { depth } from "./depth.ts";
import { image } from "./image.ts";
import { imageClass } from "./image-class.ts";
import { fileOfLayer, type LayerKind, type LayerPlan, type LayerSource, type SizedLayer } from "./layer.ts";
import { normals } from "./normals.ts";
import { offsets } from "./offsets.ts";

const layerKinds: {
  readonly [K in LayerSource["kind"]]: LayerKind<Extract<LayerSource, { kind: K }>>;
} = { classes, boundaries, depth, normals, image, chroma, centres, offsets, image_class: imageClass };

function kindOf({ kind }: LayerSource): LayerKind<LayerSource> {
  return layerKinds[kind] as LayerKind<LayerSource>; // a kind is given only its own sources
}

export function channelsOfLayer(source: LayerSource): number {
  return kindOf(source).channels(source);
}

/** @throws UserError naming the file: missing, damaged, or nothing of this kind */
export function readLayer(
  pair: Pair,
  plan: LayerPlan,
  masks: MaskConfiguration,
  region?: Region,
): Promise<SizedLayer> {
  return kindOf(plan.source).read(fileOfLayer(pair, plan), plan.source, {
    pair,
    from: plan.from,
    masks,
    region,
  });
}

/** @param target [map.height, map.width, channels] of the result */
export function resampleLayer(
  layer: SizedLayer,
  source: LayerSource,
  map: GeometricMap,
  target: Float32Array | Int32Array,
): void {
  kindOf(source).resample(layer, map, target, source);
}
