/** Training as a program's `train` section says. */
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import type { TrainingObserver } from "../../runtime/training/observer.ts";
import { holdRunFolder, type RunMode } from "../../runtime/training/run-folder.ts";
import { train } from "../../runtime/training/train.ts";
import type { TrainResult } from "../../runtime/training/train-options.ts";
import { version } from "../host/version.ts";
import { openTraining, type TrainingChanges } from "../program/open-training.ts";
import { loadNetwork, type NetworkOptions } from "./load-network.ts";

export interface TrainNetworkOptions extends NetworkOptions, TrainingChanges {
  /** The folder of the run: weights, checkpoint, metrics. */
  readonly out: string;
  /** "new" (the default) refuses a folder that holds a run; "resume" continues it. */
  readonly mode?: RunMode | undefined;
  /** By default the fastest that works on this machine. */
  readonly engine?: EngineName | "auto" | undefined;
  /** Bytes that a step may take: feature maps are recomputed in the backward pass where it needs more. */
  readonly memory?: number | undefined;
  /** Is called with every step, epoch and note. */
  readonly observer?: TrainingObserver | undefined;
  /** When it aborts, the step under way is finished and a checkpoint written. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws UserError, ProgramError as `loadNetwork`; as `train` of the runtime does. */
export async function trainNetwork(path: string, options: TrainNetworkOptions): Promise<TrainResult> {
  const { out, mode = "new", engine: asked = "auto", memory, observer, signal } = options;
  const program = await openTraining(path, loadNetwork(path, options), options);
  const folder = await holdRunFolder(out, mode);
  try {
    const { engine, report } = await chooseEngine(asked);
    const made = { engine, engineReport: report, folder, version: version() };
    return await train(program.network, { ...program, ...made, memory, observer, signal });
  } finally {
    await folder.release();
  }
}
