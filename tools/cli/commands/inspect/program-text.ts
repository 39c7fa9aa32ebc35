/** The tensor programs of a network as text: of a prediction, or of a training step. */
import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import type { ShapedGraph } from "../../../../compiler/network/shape-graph.ts";
import type { Program } from "../../../../compiler/tensors/program.ts";
import { predictionProgram } from "../../../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram, trainedWeights } from "../../../../compiler/tensors/programs/training.ts";
import { updateProgram } from "../../../../compiler/tensors/programs/update.ts";
import { printProgram } from "../../../../compiler/tensors/text/print.ts";
import { averagedOf } from "../../../../runtime/engines/averaged-state.ts";
import { sessionTraining } from "../../../../runtime/training/session-training.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { UsageError } from "../../console/usage-error.ts";

/** @throws UsageError without a size; UserError for one that the network does not accept. */
export function programText(
  network: CompiledNetwork,
  form: "program" | "training",
  size: PerAxis<number> | undefined,
  batch: number,
): string {
  if (size === undefined) {
    throw new UsageError(
      `--ir ${form} needs a size, because the shapes of a tensor program are numbers`,
      `write, for example, --ir ${form} --size 64x64`,
    );
  }
  const shaped = shapeAt(network.graph, size);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  const programs =
    form === "program" ? [predictionProgram(shaped, batch)] : trainingStep(network, shaped, batch);
  return programs.map(printProgram).join("\n").trimEnd();
}

/** Gradients from a batch, and the update from gradients. */
function trainingStep(network: CompiledNetwork, shaped: ShapedGraph, batch: number): readonly Program[] {
  const { outputs, optimizer, clip, average } = sessionTraining(network);
  const compared = network.graph.outputs.flatMap((output) => {
    const training = outputs.get(output.name);
    if (training === undefined) return [];
    return [{ output, predicts: training.predicts, terms: training.loss.map(({ term }) => term) }];
  });
  const gradients = gradientsProgram(shaped, batch, compared, { dropout: true });
  const found = new Set(gradients.outputs.flatMap(({ kind, name }) => (kind === "gradient" ? [name] : [])));
  const weights = trainedWeights(shaped).filter(({ name }) => found.has(name));
  const averaged = average === undefined ? [] : averagedOf(network.graph);
  return [gradients, updateProgram(network.graph.name, weights, optimizer, { clip, averaged })];
}
