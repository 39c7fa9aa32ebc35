/** Labels as the loss takes them: a class and a weight for every pixel. */
import { counted } from "../../compiler/counted.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { MapShape } from "../../compiler/ops/operation.ts";
import type { LabelBatch } from "../arrays.ts";
import { UserError } from "../user-error.ts";

export interface ClassTargets {
  /** Class indices; 0 where the pixel is ignored. */
  readonly classes: Int32Array;
  /** The class's weight; 0 where the pixel is ignored. */
  readonly weights: Float32Array;
  /** 1 where the pixel has a class, also one with the weight 0. */
  readonly known: Uint8Array;
  /** What the mean divides by: their sum, in float64 (balanced: the pixels that count). 0: no pixel counts. */
  readonly totalWeight: number;
}

/**
 * How many classes an output distinguishes. Softmax or plain logits: its channels. Sigmoid over one channel: two, and the
 * channel is the probability of class 1.
 * @throws UserError when class labels cannot train the output.
 */
export function classCount(graph: Graph, output: GraphOutput): number {
  const channels = graph.nodes[output.logits]?.map.channels ?? 0;
  if (output.activation === "sigmoid") {
    if (channels === 1) return 2;
    throw new UserError(
      `output "${output.name}" of ${graph.name} has ${channels} sigmoids, and cross entropy needs one class per pixel`,
      "write `by softmax` for mutually exclusive classes, or one channel `by sigmoid` for two classes",
    );
  }
  if (channels >= 2) return channels;
  throw new UserError(
    `output "${output.name}" of ${graph.name} has one channel, which cannot tell classes apart`,
    "write `by sigmoid`: the channel is then the probability of class 1; or give it one channel per class",
  );
}

/** @throws UserError when there is not one weight for every class, or a weight is negative or not finite. */
export function checkClassWeights(
  graph: Graph,
  output: GraphOutput,
  weights: readonly number[] | undefined,
): void {
  if (weights === undefined) return;
  const classes = classCount(graph, output);
  if (weights.length !== classes) {
    throw new UserError(
      `the loss has ${counted(weights.length, "class weight")}, and output "${output.name}" has ${counted(classes, "class", "classes")}`,
    );
  }
  const wrong = weights.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong !== undefined) throw new UserError(`the class weight ${wrong} is not a number of at least 0`);
}

/**
 * @param shape the output's [channels, height, width]: labels come at the output's size.
 * @throws UserError when sizes differ or a label is no class of the output.
 */
export function classTargets(
  output: GraphOutput,
  labels: LabelBatch,
  batch: number,
  [, height, width]: MapShape,
  classes: number,
  classWeights: readonly number[] | undefined,
): ClassTargets {
  const expected = [batch, height, width];
  if (labels.shape.some((extent, axis) => extent !== expected[axis])) {
    throw new UserError(
      `labels for output "${output.name}" have shape [${labels.shape.join(", ")}], and the output has [${expected.join(", ")}] (batch, height, width)`,
    );
  }
  const count = batch * height * width;
  if (labels.data.length !== count) throw new Error(`${labels.data.length} labels for ${count} pixels`);
  const targets = new Int32Array(count);
  const weights = new Float32Array(count);
  const known = new Uint8Array(count);
  let totalWeight = 0;
  for (let pixel = 0; pixel < count; pixel++) {
    const label = labels.data[pixel] ?? -1;
    if (label === -1) continue;
    if (label < -1 || label >= classes) {
      throw new UserError(
        `output "${output.name}" has classes 0 to ${classes - 1}, and a label is ${label}`,
        "labels are class indices, or −1 for ignored pixels; see `masks` in the train section",
      );
    }
    const weight = classWeights?.[label] ?? 1;
    targets[pixel] = label;
    known[pixel] = 1;
    weights[pixel] = weight;
    totalWeight += weight;
  }
  return { classes: targets, weights, known, totalWeight };
}

/**
 * The weights of Xie & Tu 2015 (HED), equation 2: in each image, a pixel of class 1 weighs as much as the share of pixels of
 * class 0, and the reverse, so that both classes weigh the same together.
 * @param targets of two classes, all weights one or zero
 */
export function balanceClasses(targets: ClassTargets, batch: number): ClassTargets {
  const weights = new Float32Array(targets.weights.length);
  const pixels = weights.length / batch;
  let counted = 0;
  for (let image = 0; image < batch; image++) {
    let positive = 0;
    let all = 0;
    for (let i = image * pixels; i < (image + 1) * pixels; i++) {
      if (targets.weights[i] === 0) continue;
      all += 1;
      positive += targets.classes[i] ?? 0;
    }
    counted += all;
    for (let i = image * pixels; i < (image + 1) * pixels; i++) {
      if (targets.weights[i] === 0) continue;
      weights[i] = (targets.classes[i] === 1 ? all - positive : positive) / all;
    }
  }
  return { ...targets, weights, totalWeight: counted };
}
