/** The metrics of each kind of target. */
import type { TargetConfiguration } from "../../compiler/learning/targets/registry.ts";
import { BoundaryMetrics } from "./boundaries.ts";
import { ChromaMetrics } from "./chroma.ts";
import { DepthMetrics } from "./depth.ts";
import { ImageMetrics } from "./image.ts";
import { LabelMetrics } from "./labels.ts";
import { NormalMetrics } from "./normals.ts";
import type { OutputMetrics } from "./output-metrics.ts";

/**
 * @param classes of the data, for labels
 * @param counts to go on from
 * @throws RangeError when the counts are not of these metrics
 */
export function metricsFor(
  target: TargetConfiguration,
  classes: readonly string[],
  counts?: readonly (readonly number[])[],
): OutputMetrics {
  switch (target.kind) {
    case "labels":
      return new LabelMetrics(classes, counts);
    case "boundaries":
      return new BoundaryMetrics(counts);
    case "depth":
      return new DepthMetrics(target.log, counts);
    case "normals":
      return new NormalMetrics(counts);
    case "image":
      return new ImageMetrics(counts);
    case "chroma":
    case "colour_bins":
      return new ChromaMetrics(counts);
  }
}
