/** Every kind of target. A new one is a file beside this and a line here; what the runtime lacks then does not compile. */
import { type ConfigurationOf, definitionOf } from "../definition/definition.ts";
import type { FilesRead } from "../definition/files.ts";
import type { OutputFacts, TargetForm, TargetMisfit } from "../definition/learned-output.ts";
import type { LossName } from "../losses/registry.ts";
import type { Better, Measure } from "../metrics/measure.ts";
import { boundaries } from "./boundaries.ts";
import { centres } from "./centres.ts";
import { chroma } from "./chroma.ts";
import { colourBinsTarget } from "./colour-bins.ts";
import { depth } from "./depth.ts";
import { image } from "./image.ts";
import { imageClass } from "./image-class.ts";
import { labels } from "./labels.ts";
import { normals } from "./normals.ts";
import { offsets } from "./offsets.ts";
import type { Target } from "./target.ts";

export const targets = [
  labels,
  boundaries,
  depth,
  normals,
  image,
  chroma,
  colourBinsTarget,
  centres,
  offsets,
  imageClass,
] as const;

export type TargetConfiguration = ConfigurationOf<(typeof targets)[number]>;
export type TargetKind = TargetConfiguration["kind"];
export type TargetOf<K extends TargetKind> = Extract<TargetConfiguration, { kind: K }>;
/** The names of a kind's measures. */
export type MeasureOf<K extends TargetKind> = Extract<
  (typeof targets)[number],
  { name: K }
>["measures"][number]["name"];

/** Every output learns it unless `targets` says otherwise. */
export const usualTarget: TargetConfiguration = { kind: "labels" };

function kindOf(kind: TargetKind): Target {
  // A configuration is given only to the definition that its kind names.
  return definitionOf<{ readonly name: string }>(targets, kind) as Target;
}

export function formOf(target: TargetConfiguration): TargetForm {
  return kindOf(target.kind).form(target);
}

/** Whether it learns the classes that `masks` names. */
export function learnsMasks(target: Pick<TargetConfiguration, "kind">): boolean {
  return kindOf(target.kind).byMasks;
}

/** Whether it is one value for the whole image. */
export function learnsImages(target: Pick<TargetConfiguration, "kind">): boolean {
  return kindOf(target.kind).ofImage;
}

/** Whether labels that it reads must tell the objects of an image apart. */
export function learnsObjects(target: Pick<TargetConfiguration, "kind">): boolean {
  return kindOf(target.kind).ofObjects;
}

/** The files that give it. */
export function filesReadBy(target: TargetConfiguration): FilesRead {
  return kindOf(target.kind).reads(target);
}

export function targetMisfit(target: TargetConfiguration, output: OutputFacts): TargetMisfit | undefined {
  const kind = kindOf(target.kind);
  if (output.onePosition === "image" && !kind.ofImage) {
    return {
      reason: "is one value for the whole image and has no position in it",
      help: 'learn a class of the whole image, image_class("indoor, outdoor"); or end the output in a feature map: remove the global pooling, or upsample after it',
    };
  }
  return kind.misfit(output, target);
}

export function usualLossOf(target: TargetConfiguration, output: OutputFacts): LossName {
  return kindOf(target.kind).usualLoss(target, output);
}

export function measuresOf(kind: TargetKind): readonly Measure[] {
  return kindOf(kind).measures;
}

/** Those of one class of its output; empty where it has none. */
export function classMeasuresOf(kind: TargetKind): readonly Measure[] {
  return kindOf(kind).classMeasures;
}

/** The names of the measures that take time (`Measure.onDemand`). */
export function measuresOnDemand(kind: TargetKind): readonly string[] {
  return measuresOf(kind).flatMap(({ name, onDemand }) => (onDemand ? [name] : []));
}

/** The measure that chooses the best epoch; `undefined`: the loss does. */
export function usualMeasureOf(kind: TargetKind): string | undefined {
  return kindOf(kind).usualMeasure;
}

/** A measure by its name, of whichever kind of target; `undefined` for "loss". */
function measureCalled(name: string): Measure | undefined {
  return targets
    .flatMap((target): readonly Measure[] => [...target.measures, ...target.classMeasures])
    .find((measure) => measure.name === name);
}

/** Whether a measure is from 0 to 1. */
export function isShare(measure: string): boolean {
  return measureCalled(measure)?.share ?? false;
}

/** Its name for people: "mean IoU", "loss". */
export function measureLabel(measure: string): string {
  return measureCalled(measure)?.label ?? measure;
}

/** "px"; `undefined`: a number without one, or a loss. */
export function measureUnit(measure: string): string | undefined {
  return measureCalled(measure)?.unit;
}

export function isTargetKind(kind: string): kind is TargetKind {
  return targets.some(({ name }) => name === kind);
}

/** Which way a measure of such an output is better; "lower" for its loss. */
export function betterOf(kind: TargetKind, measure: string): Better {
  const known = [...measuresOf(kind), ...classMeasuresOf(kind)];
  return known.find(({ name }) => name === measure)?.better ?? "lower";
}
