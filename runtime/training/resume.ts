/** Whether a checkpoint belongs to the run that is to resume from it. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { UserError } from "../user-error.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { planDifferences, type RunPlan, saysOfData } from "./run-plan.ts";
import type { TrainOptions } from "./train-options.ts";
import { checkWeights } from "./weights-file.ts";

/** Differences that a message lists. */
const mostListed = 12;

/**
 * Differences of the plan are refused, or noted where `allowChanges` says that they are intended.
 * @throws UserError saying what differs: the network, its weights, or what makes a resumed run the same run.
 */
export async function readForResume(
  network: CompiledNetwork,
  options: TrainOptions,
  plan: RunPlan,
): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(options.folder.checkpoint);
  const { file, metadata } = checkpoint;
  if (metadata.network !== network.name) {
    throw new UserError(
      `${file} is a checkpoint of ${metadata.network}, not of ${network.name}`,
      "give the --out of a run of this network, or leave out --resume",
    );
  }
  checkWeights(network.graph, checkpoint);
  const differences = planDifferences(checkpoint.plan, plan);
  if (!saysOfData(checkpoint.plan))
    options.observer?.({
      kind: "note",
      message: `${file} was written by an emitted package, which does not record its data: whether it is the same is not checked`,
    });
  if (differences.length === 0) return checkpoint;
  if (options.allowChanges) {
    options.observer?.({
      kind: "note",
      message: `resuming with settings that differ from ${file}:${listed(differences)}`,
    });
    return checkpoint;
  }
  throw new UserError(
    `${file} is a checkpoint of another experiment:${listed(differences)}`,
    "undo the changes, resume with them by --allow-changes, or start from scratch by --force or another --out",
  );
}

/** One in the sentence, several each on a line. */
function listed(differences: readonly string[]): string {
  const [first, ...others] = differences;
  if (first !== undefined && others.length === 0) return ` ${first}`;
  const more = differences.length - mostListed;
  return [...differences.slice(0, mostListed), ...(more > 0 ? [`and ${more} more`] : [])]
    .map((line) => `\n  ${line}`)
    .join("");
}
