/** A prediction of the whole image from the values of an output at its positions. */
import { rational } from "../../compiler/geometry/rational.ts";
import { learnsImages } from "../../compiler/learning/targets/registry.ts";
import type { GraphOutput } from "../../compiler/network/graph.ts";
import type { MapBatch } from "../arrays.ts";
import { enlargeFit } from "../fit/enlarge-fit.ts";
import type { ImageFit } from "../fit/fit.ts";
import { labelsOfImage, mapOfImage } from "../fit/fit-batch.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { decodedMap, mayEnlarge, predictedBy } from "../targets/registry.ts";
import { chosenClasses } from "./argmax.ts";
import { withoutEntropy } from "./averaging/class-values.ts";
import type { Prediction } from "./prediction.ts";

export function isOfClasses(target: LearnedTarget): boolean {
  return predictedBy(target) === "classes";
}

export function predictionOf(
  { name }: GraphOutput,
  {
    target,
    map,
    fit,
    index,
    entropy,
  }: {
    readonly target: LearnedTarget;
    readonly map: MapBatch;
    readonly fit: ImageFit;
    readonly index: number;
    /** Whether the expected entropy is behind probabilities. */
    readonly entropy: boolean;
  },
): Prediction {
  if (isOfClasses(target)) {
    const values = () => mapOfImage(map, fit, index);
    return {
      kind: "classes",
      output: name,
      labels: labelsOfImage(chosenClasses(map, map.shape[3] - (entropy ? 1 : 0)), fit, index),
      probabilities: () => withoutEntropy(values(), entropy),
      values,
    };
  }
  if (learnsImages(target)) return { kind: "map", output: name, target, map: decodedMap(map, target) };
  const [height, width] = fit.image;
  const factor = mayEnlarge(target) ? cellsInPixel(fit, index) : 1;
  const by = rational(factor);
  const large = enlargeFit(fit, [height * factor, width * factor], [by, by]);
  return { kind: "map", output: name, target, map: mapOfImage(decodedMap(map, target), large, index) };
}

/** Along an axis; 1 unless it is a whole number and the same for both axes. */
function cellsInPixel({ axes }: ImageFit, output: number): number {
  const [vertical, horizontal] = axes.map(({ grids }) => grids[output]?.stride);
  const factor = vertical?.numerator === 1 ? vertical.denominator : 1;
  return horizontal?.numerator === 1 && horizontal.denominator === factor ? factor : 1;
}
