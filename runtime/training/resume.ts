/** Whether a checkpoint belongs to the run that wants to go on from it. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { UserError } from "../user-error.ts";
import { type Checkpoint, type RunPlan, readCheckpoint } from "./checkpoint.ts";
import type { TrainOptions } from "./train-options.ts";
import { checkWeights } from "./weights-file.ts";

/** @throws UserError saying what differs: the network, its weights, or what makes a resumed run the same run. */
export async function readForResume(network: CompiledNetwork, options: TrainOptions): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(options.folder.checkpoint);
  const { file, metadata, plan } = checkpoint;
  if (metadata.network !== network.name) {
    throw new UserError(
      `${file} is a checkpoint of ${metadata.network}, not of ${network.name}`,
      "give the --out of a run of this network, or leave out --resume",
    );
  }
  checkWeights(network.graph, checkpoint);
  const now = planOf(options);
  const differences = (Object.keys(now) as (keyof RunPlan)[]).flatMap((key) =>
    now[key] === plan[key] ? [] : [`${planWords[key]} was ${plan[key]} and is now ${now[key]}`],
  );
  if (differences.length > 0) {
    throw new UserError(
      `${file} cannot be gone on from as the same run: ${differences.join("; ")}`,
      "put it back as it was, or start anew with --force or another --out",
    );
  }
  return checkpoint;
}

export function planOf({ configuration, data }: TrainOptions): RunPlan {
  return {
    seed: configuration.seed,
    batch: configuration.batch,
    trainingImages: data.training.length,
    optimizer: configuration.optimizer.kind,
    targets: configuration.outputs.map(({ name, target }) => `${name}: ${target.kind}`).join(", "),
  };
}

const planWords: Readonly<Record<keyof RunPlan, string>> = {
  seed: "the seed",
  batch: "the batch",
  trainingImages: "the number of training images",
  optimizer: "the optimizer",
  targets: "what the outputs learn",
};
