/** Defaults of a `train` section. */
import type { TrainConfiguration } from "../configuration.ts";
import { defaultOf } from "../definition/definition.ts";
import { usualInput } from "../inputs/registry.ts";
import { usualLoss } from "../losses/registry.ts";
import { adam } from "../optimizers/adam.ts";
import { constant } from "../schedules/constant.ts";
import { usualLossOf, usualMeasureOf } from "../targets/registry.ts";
import type { TargetFacts } from "./train-reader.ts";

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
    augment: [],
    inputs: (facts.inputs ?? []).map(({ name }) => ({ name, ...usualInput })),
    outputs: (facts.outputs ?? []).map((output) => ({
      name: output.name,
      target: output.target,
      loss: usualLoss(usualLossOf(output.target, output)),
    })),
    optimizer: defaultOf(adam),
    schedule: [defaultOf(constant)],
    epochs: 40,
    batch: 4,
    lastBatch: "join",
    seed: 1,
    keep: { best: defaultMeasure(facts), bestClass: undefined, patience: undefined },
  };
}

/** The usual measure of the first output whose target has one; else the loss. */
export function defaultMeasure({ outputs = [] }: TargetFacts): string {
  for (const { name, target } of outputs) {
    const measure = usualMeasureOf(target.kind);
    if (measure !== undefined) return `${name}.${measure}`;
  }
  return "loss";
}

/** Number of classes that a 16-bit mask image can represent. */
export const mostClasses = 65_536;

/** Empty for more classes than a mask can hold, which is reported elsewhere. */
function numberedClasses(count: number): readonly string[] {
  if (!Number.isSafeInteger(count) || count > mostClasses) return [];
  return Array.from({ length: count }, (_, index) => `class ${index}`);
}
