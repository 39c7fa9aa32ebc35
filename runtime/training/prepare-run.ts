/** Whatever can refuse a run before its folder is touched: outputs and classes, plan and checkpoint, data, batches. */

import type { CompiledNetwork } from "../../compiler/compile.ts";
import { shapesAt } from "../engines/check-inputs.ts";
import type { SessionTraining } from "../engines/engine.ts";
import { refuseSingleValues } from "../engines/single-value.ts";
import { checkClasses } from "./check-classes.ts";
import { checkState } from "./check-state.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { outputPlans } from "./output-plans.ts";
import { type PreparedData, prepareData } from "./prepare-data.ts";
import { readForResume } from "./resume.ts";
import { planOf, type RunPlan } from "./run-plan.ts";
import { sessionTraining } from "./session-training.ts";
import { type StartingWeights, startingWeights } from "./starting-weights.ts";
import type { TrainOptions } from "./train-options.ts";
import { refuseWhollyFrozen } from "./weight-groups.ts";

export interface PreparedRun {
  readonly plan: RunPlan;
  /** Of the run that is resumed. */
  readonly checkpoint: Checkpoint | undefined;
  /** Of a new run that does not begin with initial weights. */
  readonly start: StartingWeights | undefined;
  readonly prepared: PreparedData;
  readonly training: SessionTraining;
}

/** @throws UserError for errors in the data, weights to start from that do not fit, a step that would normalise a single value, a checkpoint of another network or run */
export async function prepareRun(network: CompiledNetwork, options: TrainOptions): Promise<PreparedRun> {
  const { configuration, folder } = options;
  const { graph } = network;
  checkClasses(graph, outputPlans(graph, configuration), configuration.masks.classes);
  refuseWhollyFrozen(graph, configuration);
  const plan = await planOf(network, options);
  const checkpoint = folder.mode === "resume" ? await readForResume(network, options, plan) : undefined;
  const start =
    checkpoint === undefined && options.startFrom !== undefined
      ? startingWeights(graph, options.startFrom)
      : undefined;
  const prepared = await prepareData(graph, options, { checkpoint, start });
  if (checkpoint !== undefined) checkState(network, options, checkpoint, prepared.stepsPerEpoch);
  const training = sessionTraining({ graph, train: configuration }, prepared);
  for (const { sizes, images } of prepared.expects.trained)
    refuseSingleValues(shapesAt(graph, sizes), images, training.outputs.keys());
  return { plan, checkpoint, start, prepared, training };
}
