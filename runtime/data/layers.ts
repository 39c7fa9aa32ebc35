/** Layers: what is known of every pixel of an image beside its classes, each from files of its own. */
import type { InputConfiguration } from "../../compiler/learning/configuration.ts";
import type { FilePatterns } from "../../compiler/learning/definition/files.ts";
import type { TargetConfiguration } from "../../compiler/learning/targets/registry.ts";

export type LayerSource =
  | { readonly kind: "boundaries" }
  | {
      readonly kind: "depth";
      readonly unit: number;
      readonly missing: number | undefined;
      readonly log: boolean;
    }
  | { readonly kind: "normals" }
  | { readonly kind: "image"; readonly channels: number }
  | { readonly kind: "chroma" };

export interface LayerPlan {
  /** Plans that are alike have one key, so that a layer which several outputs learn is read once. */
  readonly key: string;
  readonly source: LayerSource;
  /** "images", "labels": the files of the pair itself. */
  readonly from: FilePatterns | "images" | "labels";
}

function plan(source: LayerSource, from: LayerPlan["from"]): LayerPlan {
  return { key: JSON.stringify([source, from]), source, from };
}

/** @param channels of the output. `undefined`: the target is the classes. */
export function layerOfTarget(target: TargetConfiguration, channels: number): LayerPlan | undefined {
  switch (target.kind) {
    case "labels":
      return undefined;
    case "boundaries":
      return plan({ kind: "boundaries" }, target.from ?? "labels");
    case "depth": {
      const { unit, missing, log } = target;
      return plan({ kind: "depth", unit, missing, log }, target.from);
    }
    case "normals":
      return plan({ kind: "normals" }, target.from);
    case "image":
      return plan({ kind: "image", channels }, target.from ?? "images");
    case "chroma":
    case "colour_bins":
      return plan({ kind: "chroma" }, "images");
  }
}

/** Of an input after the first; the first takes the data's images. */
export function layerOfInput({ from }: Pick<InputConfiguration, "from">, channels: number): LayerPlan {
  return plan({ kind: "image", channels }, from ?? "images");
}

export function channelsOfLayer(source: LayerSource): number {
  switch (source.kind) {
    case "boundaries":
    case "depth":
      return 1;
    case "normals":
      return 3;
    case "image":
      return source.channels;
    case "chroma":
      return 2;
  }
}
