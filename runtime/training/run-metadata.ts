/** The metadata that a run writes with its weights. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { storedNormalisations } from "../prediction/input-normalisations.ts";
import { learnedTarget } from "../targets/registry.ts";
import type { OutputPlan } from "./output-plans.ts";
import type { PreparedData } from "./prepare-data.ts";
import type { TrainOptions } from "./train-options.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

interface DescribedRun extends PreparedData {
  readonly network: CompiledNetwork;
  readonly options: TrainOptions;
}

/** @param moment updates and epochs until the weights are written */
export function runMetadata(
  { network, options, inputs, classWeights, binWeights }: DescribedRun,
  outputs: readonly OutputPlan[],
  moment: { readonly step: number; readonly epoch: number },
): WeightsMetadata {
  return {
    network: network.name,
    parameters: network.parameters,
    source: options.source,
    classes: options.configuration.masks.classes,
    ...storedNormalisations(inputs),
    targets: Object.fromEntries(outputs.map(({ name, target }) => [name, learnedTarget(target)])),
    classWeights,
    binWeights,
    average: options.configuration.average,
    ...moment,
    version: options.version,
  };
}
