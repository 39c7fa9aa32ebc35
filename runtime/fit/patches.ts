/** Networks that read patches of one size, on larger images: the patches of a batch in order, and their answers put together. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { LabelBatch, MapBatch, PredictionBatch, TargetBatch } from "../arrays.ts";
import type { Session, StepResult, TargetedBatch } from "../engines/engine.ts";
import type { ImageFit } from "./fit.ts";

/** Patches down and across. */
type Patches = readonly [down: number, across: number];

/** What a session computes, for inputs and targets of whole images; a batch of patches is one batch to the network. */
export function patchwise(
  session: Session,
  fit: Pick<ImageFit, "axes">,
): Pick<Session, "predict" | "evaluate" | "findNotFinite"> {
  const patches = patchesOf(fit);
  if (patches[0] * patches[1] === 1) return session;
  return {
    ...patchwisePrediction(session, fit),
    evaluate: async (inputs, targets) => {
      const batch = cutBatch({ inputs, targets }, fit);
      return joinResult(await session.evaluate(batch.inputs, batch.targets), fit);
    },
    findNotFinite: (inputs, targets, mode) => {
      const batch = cutBatch({ inputs, targets }, fit);
      return session.findNotFinite(batch.inputs, batch.targets, mode);
    },
  };
}

/** The same of a session that only predicts. */
export function patchwisePrediction(
  session: Pick<Session, "predict">,
  fit: Pick<ImageFit, "axes">,
): Pick<Session, "predict"> {
  const patches = patchesOf(fit);
  if (patches[0] * patches[1] === 1) return session;
  return {
    predict: async (inputs, options) => {
      const parts = mapValues(inputs, (map) => cut(map, patches));
      return mapValues(await session.predict(parts, options), (map) => join(map, patches));
    },
  };
}

/** A batch of whole images as one of their patches. */
export function cutBatch(batch: TargetedBatch, fit: Pick<ImageFit, "axes">): TargetedBatch {
  const patches = patchesOf(fit);
  if (patches[0] * patches[1] === 1) return batch;
  return {
    inputs: mapValues(batch.inputs, (map) => cut(map, patches)),
    targets: mapValues(batch.targets, (target) => cutTarget(target, patches)),
  };
}

/** The predictions for patches as those of whole images. */
export function joinResult(result: StepResult, fit: Pick<ImageFit, "axes">): StepResult {
  const patches = patchesOf(fit);
  if (patches[0] * patches[1] === 1) return result;
  return { ...result, predictions: mapValues(result.predictions, (map) => joinPrediction(map, patches)) };
}

function patchesOf({ axes: [vertical, horizontal] }: Pick<ImageFit, "axes">): Patches {
  return [vertical.patches, horizontal.patches];
}

/** The message that the image is split, and what to do about it; `undefined` where it is not. */
export function describePatches(graph: Graph, { image, axes }: ImageFit): string | undefined {
  const [down, across] = [axes[0].patches, axes[1].patches];
  if (down * across === 1) return undefined;
  const patch = `${axes[0].input / down}×${axes[1].input / across}`;
  return (
    `${graph.name} accepts only ${patch} pixels: an image of ${image[0]}×${image[1]} is split into ${down}×${across} patches, ` +
    "each predicted separately; with convolutions in place of its dense layers the network takes the whole image (fcn check --notes shows how)"
  );
}

/** [batch, down·h, across·w, channels] to [batch·down·across, h, w, channels], patches in row order. */
export function cut({ data, shape }: MapBatch, patches: Patches): MapBatch {
  const [batch, height, width, channels] = shape;
  const [down, across] = patches;
  const sides = [height / down, width / across] as const;
  const result = new Float32Array(data.length);
  forEachRow([batch, ...sides, channels], patches, (inPatches, inImage, length) => {
    result.set(data.subarray(inImage, inImage + length), inPatches);
  });
  return { data: result, shape: [batch * down * across, ...sides, channels] };
}

/** The reverse of `cut`. */
export function join({ data, shape }: MapBatch, patches: Patches): MapBatch {
  const [count, height, width, channels] = shape;
  const [down, across] = patches;
  const batch = count / (down * across);
  const result = new Float32Array(data.length);
  forEachRow([batch, height, width, channels], patches, (inPatches, inImage, length) => {
    result.set(data.subarray(inPatches, inPatches + length), inImage);
  });
  return { data: result, shape: [batch, height * down, width * across, channels] };
}

/**
 * Visits every row of every patch: its place in the patches laid one after the other, its place in the images, its length.
 * @param shape [images, patch height, patch width, channels]
 */
function forEachRow(
  [batch, height, width, channels]: readonly [number, number, number, number],
  [down, across]: Patches,
  visit: (inPatches: number, inImage: number, length: number) => void,
): void {
  const length = width * channels;
  let inPatches = 0;
  for (let image = 0; image < batch; image++) {
    for (let patch = 0; patch < down * across; patch++) {
      const top = Math.floor(patch / across) * height;
      for (let row = 0; row < height; row++) {
        const line = (image * down * height + top + row) * across + (patch % across);
        visit(inPatches, line * length, length);
        inPatches += length;
      }
    }
  }
}

function cutTarget(target: TargetBatch, patches: Patches): TargetBatch {
  if (target.kind === "labels") return { kind: "labels", ...asLabels(cut(asMap(target), patches)) };
  const [batch, height, width] = target.shape;
  const valid = { data: Float32Array.from(target.valid), shape: [batch, height, width, 1] as const };
  return { kind: "map", ...cut(target, patches), valid: Uint8Array.from(cut(valid, patches).data) };
}

function joinPrediction(prediction: PredictionBatch, patches: Patches): PredictionBatch {
  if (prediction.kind === "map") return { kind: "map", ...join(prediction, patches) };
  const { confidence, shape } = prediction;
  return {
    kind: "labels",
    ...asLabels(join(asMap(prediction), patches)),
    confidence: confidence && join({ data: confidence, shape: [...shape, 1] }, patches).data,
  };
}

/** Class indices are far below 2^24, which float32 holds exactly. */
function asMap({ data, shape }: LabelBatch): MapBatch {
  return { data: Float32Array.from(data), shape: [...shape, 1] };
}

function asLabels({ data, shape: [batch, height, width] }: MapBatch): LabelBatch {
  return { data: Int32Array.from(data), shape: [batch, height, width] };
}

function mapValues<K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): ReadonlyMap<K, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
