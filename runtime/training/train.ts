/** Trains a network: checks the data, then epochs of steps, each followed by validation and a checkpoint. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { type Session, WeightMismatch } from "../engines/engine.ts";
import { UserError } from "../user-error.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { EpochRunner } from "./epoch-runner.ts";
import { trainingWithin } from "./memory-need.ts";
import { prepareRun } from "./prepare-run.ts";
import { recordRun } from "./record-run.ts";
import { restoreSideFiles } from "./restore-side-files.ts";
import { prepareRunFolder } from "./run-folder.ts";
import { EventFile } from "./tensorboard/event-file.ts";
import type { TrainOptions, TrainResult } from "./train-options.ts";

/**
 * Leaves in the folder: weights.safetensors (the best), checkpoint.safetensors (the last), checkpoints/ (of the last epochs),
 * metrics.jsonl and metrics.json (of the best), run.json and source/ (what the run was made from), and tensorboard/ where asked for. With the same seed, data and engine it gives the same numbers, whole or resumed.
 * @throws UserError when the data has errors, the weights to start from do not fit, a step takes more memory than the engine holds or `memory` allows or would normalise a single value,
 *   a checkpoint is another network's or its state impossible, a file cannot be written, or the training leaves the finite numbers (the last checkpoint stays);
 *   EngineRefusal, before the first step, when the engine cannot hold a feature map of a batch or a weight.
 */
export async function train(network: CompiledNetwork, options: TrainOptions): Promise<TrainResult> {
  const { configuration, engine, folder, observer, memory } = options;
  const { plan, checkpoint, start, prepared, training: whole } = await prepareRun(network, options);
  const { graph } = network;
  const fitted =
    memory === undefined ? undefined : await trainingWithin(graph, engine, whole, prepared.expects, memory);
  const training = fitted?.training ?? whole;
  const session = await engine.open(graph, {
    seed: configuration.seed,
    expects: [...prepared.expects.trained, ...prepared.expects.validated],
    normalisations: new Map(prepared.inputs.map(({ name, normalisation }) => [name, normalisation])),
    training,
  });
  try {
    const { need } = fitted ?? (await trainingWithin(graph, engine, whole, prepared.expects, undefined));
    observer?.({ kind: "memory", need });
    // Only now: a run that the engine refuses leaves the one that it was to replace.
    await prepareRunFolder(folder);
    await recordRun(network, options, plan, checkpoint?.state.step ?? 0);
    if (checkpoint !== undefined) await restore(session, checkpoint);
    else if (start !== undefined) {
      await session.writeWeights(start.weights);
      observer?.({ kind: "note", message: start.message });
    }
    const from =
      checkpoint &&
      (await restoreSideFiles(
        folder,
        checkpoint,
        (message) => observer?.({ kind: "note", message }),
        options.keptCheckpoints,
      ));
    const events = options.tensorboard
      ? await EventFile.begin(folder.events, configuration.masks.classes, from?.step ?? 0)
      : undefined;
    const runner = new EpochRunner({ network, options, plan, session, events, ...prepared }, from);
    return await runner.run();
  } finally {
    session.close();
  }
}

async function restore(session: Session, { file, weights, optimizerState }: Checkpoint): Promise<void> {
  await session.writeWeights(weights);
  try {
    await session.writeState(optimizerState);
  } catch (error) {
    if (!(error instanceof WeightMismatch)) throw error;
    throw new UserError(
      `${file} cannot be resumed with this optimizer: ${error.message}`,
      "restore the optimizer's settings, or start from scratch by --force or another --out",
    );
  }
}
