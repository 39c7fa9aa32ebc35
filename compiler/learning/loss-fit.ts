/** Which losses fit which targets and outputs, and the default loss of an output. */
import { colourBins } from "../colour/colour-bins.ts";
import type { LossName, WeightedLoss } from "./loss-configuration.ts";
import type { TargetConfiguration, TargetKind } from "./target-configuration.ts";
import type { TrainedOutput } from "./train-reader.ts";

const classLosses: readonly LossName[] = ["cross_entropy", "balanced_cross_entropy", "dice"];
const distances: readonly LossName[] = ["l1", "l2", "huber", "berhu"];

/** The losses of each kind of target; `misfit` decides which of them fit an output. */
export const lossesOf: Readonly<Record<TargetKind, readonly LossName[]>> = {
  labels: classLosses,
  boundaries: classLosses,
  depth: [...distances, "scale_invariant"],
  normals: ["cosine", ...distances],
  image: distances,
  chroma: distances,
  colour_bins: ["soft_cross_entropy"],
};

/** The reason and the help for "the loss … does not fit the output …". */
export interface Misfit {
  readonly reason: string;
  readonly help: string;
}

export function misfit(loss: LossName, output: TrainedOutput): Misfit | undefined {
  const { target, activation } = output;
  const known = lossesOf[target.kind];
  if (!known.includes(loss)) {
    return {
      reason: `the output learns ${target.kind}`,
      help: `use a loss for ${target.kind}: ${known.join(", ")}`,
    };
  }
  if (loss === "balanced_cross_entropy") {
    const help = "use one output channel `by sigmoid`, or cross_entropy";
    return isSigmoid(output) ? undefined : { reason: "the output is not one channel by sigmoid", help };
  }
  if (loss === "scale_invariant" && target.kind === "depth" && !target.log) {
    return {
      reason: "the loss compares logarithms, and the output predicts plain depth",
      help: "add `log` to the target: depth(…, log); the output then predicts the logarithm of depth",
    };
  }
  if (loss === "cosine" && activation !== undefined) {
    return {
      reason: `the output has the activation ${activation}`,
      help: "remove the activation of the output",
    };
  }
  return undefined;
}

/** Why an output cannot learn its target, whatever the loss; `undefined`: it can. */
export function targetMisfit({ channels, activation, target }: TrainedOutput): Misfit | undefined {
  if (target.kind === "labels" || target.kind === "boundaries") {
    if (channels === 1 && activation !== "sigmoid") {
      return {
        reason: "it has one channel without a sigmoid",
        help: "write `by sigmoid`: the channel is then the probability of class 1; or use one channel per class",
      };
    }
    if (channels > 1 && activation === "sigmoid") {
      return {
        reason: `it has ${channels} channels by sigmoid, and each pixel has one class`,
        help: "use `by softmax`, or one channel `by sigmoid` for two classes",
      };
    }
    if (target.kind === "boundaries" && channels > 2) {
      const help = "use one channel `by sigmoid`, or two `by softmax`";
      return { reason: `it has ${channels} channels for two classes, boundary and background`, help };
    }
    return undefined;
  }
  if (target.kind === "colour_bins") return binsMisfit(channels, activation);
  const wanted = channelsOf[target.kind];
  if (!wanted.includes(channels)) {
    return {
      reason: `it has ${channels} ${channels === 1 ? "channel" : "channels"}`,
      help: `${target.kind} needs ${wanted.join(" or ")} ${wanted.length === 1 && wanted[0] === 1 ? "channel" : "channels"}: change the last convolution before the output`,
    };
  }
  const bounded = target.kind === "image" ? activation === "softmax" : activation !== undefined;
  if (!bounded) return undefined;
  return { reason: `it has the activation ${activation}`, help: "remove the activation of the output" };
}

function binsMisfit(channels: number, activation: TrainedOutput["activation"]): Misfit | undefined {
  const { length } = colourBins();
  if (channels !== length) {
    return {
      reason: `it has ${channels} ${channels === 1 ? "channel" : "channels"}`,
      help: `there are ${length} colour bins: use as many channels in the last convolution before the output`,
    };
  }
  if (activation === "softmax") return undefined;
  return {
    reason: "its values are not a distribution over the bins",
    help: "write `by softmax` after its name",
  };
}

const channelsOf = { depth: [1], normals: [3], image: [1, 3], chroma: [2] } as const satisfies Record<
  Exclude<TargetKind, "labels" | "boundaries" | "colour_bins">,
  readonly number[]
> as Readonly<Record<Exclude<TargetKind, "labels" | "boundaries" | "colour_bins">, readonly number[]>>; // so that `includes` takes any number

function isSigmoid({ channels, activation }: TrainedOutput): boolean {
  return channels === 1 && activation === "sigmoid";
}

export function defaultLoss(
  target: TargetConfiguration,
  activation: string | undefined,
): readonly WeightedLoss[] {
  switch (target.kind) {
    case "labels":
      return [{ factor: 1, term: { kind: "cross_entropy", weights: undefined, reduction: "mean" } }];
    case "boundaries":
      return activation === "sigmoid"
        ? [{ factor: 1, term: { kind: "balanced_cross_entropy", reduction: "mean" } }]
        : [{ factor: 1, term: { kind: "cross_entropy", weights: undefined, reduction: "mean" } }];
    case "depth":
      return [{ factor: 1, term: target.log ? { kind: "scale_invariant", balance: 0.5 } : { kind: "l1" } }];
    case "normals":
      return [{ factor: 1, term: { kind: "cosine" } }];
    case "image":
    case "chroma":
      return [{ factor: 1, term: { kind: "l2" } }];
    case "colour_bins":
      return [{ factor: 1, term: { kind: "soft_cross_entropy", rebalance: undefined } }];
  }
}
