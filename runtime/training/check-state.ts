/** Whether the state of a checkpoint is one that a run of this network and data can be in. */

import type { CompiledNetwork } from "../../compiler/compile.ts";
import { counted } from "../../compiler/counted.ts";
import { impossibleState } from "../../compiler/learning/schedules/registry.ts";
import type { Normalisation } from "../arrays.ts";
import { imageInputs } from "../fit/fit.ts";
import { MetricsByOutput } from "../targets/metrics-by-output.ts";
import { UserError } from "../user-error.ts";
import type { Checkpoint, MeasuredEpoch } from "./checkpoint.ts";
import { outputPlans } from "./output-plans.ts";
import type { TrainOptions } from "./train-options.ts";

/** @throws UserError naming the file and what contradicts what. */
export function checkState(
  { graph }: CompiledNetwork,
  { configuration, allowChanges }: Pick<TrainOptions, "configuration" | "allowChanges">,
  checkpoint: Checkpoint,
  stepsPerEpoch: number,
): void {
  const wrong =
    wrongProgress(checkpoint, stepsPerEpoch) ??
    wrongEpochs(checkpoint, stepsPerEpoch) ??
    wrongCounts(checkpoint, configuration, outputPlans(graph, configuration)) ??
    wrongSchedule(checkpoint, configuration) ??
    wrongNormalisation(checkpoint, imageInputs(graph));
  if (wrong === undefined) return;
  throw new UserError(
    `${checkpoint.file} cannot be resumed: ${wrong}`,
    allowChanges
      ? "the changes are too large to resume with: start a run from its weights, by --start-from with another --out"
      : "the file is damaged or was changed: use another copy, or start from scratch with --force or another --out",
  );
}

function wrongSchedule(
  { state }: Checkpoint,
  { schedule }: TrainOptions["configuration"],
): string | undefined {
  const impossible = impossibleState(schedule, state.schedule);
  return impossible && `it records a state that the schedule ${impossible} cannot have`;
}

function wrongProgress({ metadata, state }: Checkpoint, stepsPerEpoch: number): string | undefined {
  const { step, epoch, stepInEpoch, groupSteps, seconds } = state;
  if (stepInEpoch > stepsPerEpoch)
    return `it records ${counted(stepInEpoch, "step")} of an epoch, and an epoch has ${stepsPerEpoch}`;
  if (step !== epoch * stepsPerEpoch + stepInEpoch)
    return `it records ${counted(step, "step")} in total, but ${counted(epoch, "epoch")} of ${counted(stepsPerEpoch, "step")} and ${counted(stepInEpoch, "step")}`;
  if (metadata.step !== step || metadata.epoch !== epoch)
    return `its weights are of step ${metadata.step} (epoch ${metadata.epoch}), and its state of step ${step} (epoch ${epoch})`;
  if (groupSteps > stepInEpoch)
    return `it records ${counted(groupSteps, "step")} since the last line of the log, of ${stepInEpoch} in the epoch`;
  return seconds < 0 ? `it records a training time of ${seconds} seconds` : undefined;
}

function wrongEpochs(
  { state: { epoch, best, last } }: Checkpoint,
  stepsPerEpoch: number,
): string | undefined {
  const wrongSteps = ({ metrics }: MeasuredEpoch) => metrics.step !== metrics.epoch * stepsPerEpoch;
  if ((last?.metrics.epoch ?? 0) !== epoch || (last && wrongSteps(last)))
    return `its last measured epoch is not epoch ${epoch}, the last one done`;
  if (best === null) return undefined;
  if (best.epoch < 1 || best.epoch > epoch)
    return `it records epoch ${best.epoch} as the best, and ${epoch} are done`;
  return best.metrics.epoch !== best.epoch || wrongSteps(best)
    ? `the metrics of its best epoch, ${best.epoch}, are those of epoch ${best.metrics.epoch}`
    : undefined;
}

function wrongCounts(
  { state }: Checkpoint,
  { masks: { classes } }: TrainOptions["configuration"],
  outputs: ReturnType<typeof outputPlans>,
): string | undefined {
  const known = new Set(outputs.map(({ name }) => name));
  for (const name of [...Object.keys(state.outputs), ...Object.keys(state.epochLosses)])
    if (!known.has(name)) return `it counts an output "${name}", which is not trained`;
  try {
    new MetricsByOutput(outputs, classes, state.outputs);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function wrongNormalisation(
  { metadata: { normalisation, otherNormalisations } }: Checkpoint,
  inputs: ReturnType<typeof imageInputs>,
): string | undefined {
  for (const [i, { attributes }] of inputs.entries()) {
    const { name, channels } = attributes;
    const found: Normalisation | undefined = i === 0 ? normalisation : otherNormalisations[name];
    if (found === undefined) return `it has no normalisation of the input "${name}"`;
    if (found.mean.length !== channels || found.deviation.length !== channels)
      return `its normalisation of the input "${name}" is not for ${channels} channels`;
  }
  return undefined;
}
