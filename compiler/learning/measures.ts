/** The measures of each kind of target, and whether higher or lower is better. The metrics of the runtime have these names. */
import type { TargetKind } from "./target-configuration.ts";

export type Better = "higher" | "lower";

export const measuresOf: Readonly<Record<TargetKind, Readonly<Record<string, Better>>>> = {
  labels: {
    mean_iou: "higher",
    pixel_accuracy: "higher",
    mean_accuracy: "higher",
    frequency_weighted_iou: "higher",
  },
  boundaries: { ods: "higher" },
  depth: { rel: "lower", rms: "lower", log10: "lower", delta1: "higher", delta2: "higher", delta3: "higher" },
  normals: {
    mean_angle: "lower",
    median_angle: "lower",
    within_11_25: "higher",
    within_22_5: "higher",
    within_30: "higher",
  },
  image: { psnr: "higher", mae: "lower" },
  chroma: { psnr: "higher", mae: "lower", auc: "higher" },
  colour_bins: { psnr: "higher", mae: "lower", auc: "higher" },
};

/** Whether higher or lower is better for the measure of `keep best by`: "loss", "mean_iou", "depth.rel". */
export function betterWay(best: string, kindOf: (output: string) => TargetKind | undefined): Better {
  const [output = "", measure] = best.split(".");
  if (measure === undefined) return measuresOf.labels[best] ?? "lower";
  const kind = kindOf(output);
  return (kind && measuresOf[kind][measure]) ?? "lower";
}
