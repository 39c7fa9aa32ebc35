/** Defaults of a `train` section. */
import type { TrainConfiguration, ValidationShare } from "./configuration.ts";
import { defaultLoss } from "./loss-fit.ts";
import { plainInput } from "./read-inputs.ts";
import type { TargetFacts } from "./train-reader.ts";

export const defaultOptimizers = {
  sgd: { kind: "sgd", learningRate: 1e-2, momentum: 0.9, nesterov: false, weightDecay: 0 },
  /** Kingma & Ba 2015, algorithm 1. */
  adam: { kind: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
} as const;

/** Chen et al. 2018 (DeepLab), section 4.1. */
export const defaultPower = 0.9;

/** Default validation split. */
export const defaultValidation: ValidationShare = { kind: "share", share: 0.2, seed: 1 };

export function defaultConfiguration(network: string, facts: TargetFacts): TrainConfiguration {
  return {
    network,
    startFrom: undefined,
    data: undefined,
    masks: {
      values: undefined,
      ignore: [],
      classes: facts.classes ?? numberedClasses(facts.classCount ?? 0),
    },
    augment: {
      flip: false,
      flipVertical: false,
      rotate: 0,
      scale: [1, 1],
      crop: undefined,
      brightness: 0,
      contrast: 0,
    },
    inputs: (facts.inputs ?? []).map((name) => ({ name, ...plainInput })),
    outputs: (facts.outputs ?? []).map(({ name, target, activation }) => ({
      name,
      target,
      loss: defaultLoss(target, activation),
    })),
    optimizer: defaultOptimizers.adam,
    schedule: { kind: "constant" },
    epochs: 40,
    batch: 4,
    lastBatch: "join",
    seed: 1,
    keep: { best: defaultMeasure(facts), patience: undefined },
  };
}

/** The measure of the first output with labels; without one, the loss. */
export function defaultMeasure({ outputs }: TargetFacts): string {
  return (outputs?.some(({ target }) => target.kind === "labels") ?? true) ? "mean_iou" : "loss";
}

/** Number of classes that a 16-bit mask image can represent. */
export const mostClasses = 65_536;

/** Empty for more classes than a mask can hold, which is reported elsewhere. */
function numberedClasses(count: number): readonly string[] {
  if (!Number.isSafeInteger(count) || count > mostClasses) return [];
  return Array.from({ length: count }, (_, index) => `class ${index}`);
}
