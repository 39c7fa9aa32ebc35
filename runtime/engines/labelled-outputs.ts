/** The outputs that a batch has labels for, with what their loss needs. */
import type { Graph, GraphOutput } from "../../compiler/ir/graph.ts";
import type { LossConfiguration } from "../../compiler/train/configuration.ts";
import { UserError } from "../user-error.ts";
import type { CheckedInputs } from "./check-inputs.ts";
import { type ClassTargets, classCount, classTargets } from "./class-targets.ts";
import type { LabelBatch, SessionOptions } from "./engine.ts";

export interface LabelledOutput {
  readonly output: GraphOutput;
  readonly targets: ClassTargets;
  /** The factor of the sum of the weighted pixel losses. */
  readonly scale: number;
}

/**
 * In the graph's order.
 * @throws UserError when there are none, or labels name no output or do not fit theirs.
 */
export function labelledOutputs(
  graph: Graph,
  { weights, reduction }: NonNullable<SessionOptions["training"]>["loss"],
  { shaped, batch }: CheckedInputs,
  labels: ReadonlyMap<string, LabelBatch>,
): readonly LabelledOutput[] {
  for (const name of labels.keys()) {
    if (!graph.outputs.some((output) => output.name === name)) {
      const names = graph.outputs.map((output) => `"${output.name}"`).join(", ");
      throw new UserError(`${graph.name} has no output "${name}" to compare labels with; it has ${names}`);
    }
  }
  const labelled = graph.outputs.flatMap((output) => {
    const given = labels.get(output.name);
    const shape = shaped.shapes[output.logits];
    if (given === undefined || shape === undefined) return [];
    const targets = classTargets(output, given, batch, shape, classCount(graph, output), weights);
    return [{ output, targets, scale: lossScale(reduction, targets.totalWeight) }];
  });
  if (labelled.length === 0) throw new UserError(`no labels are given for ${graph.name}`);
  return labelled;
}

/** Where no pixel counts, the mean is 0 and so is its gradient. */
function lossScale(reduction: LossConfiguration["reduction"], totalWeight: number): number {
  if (reduction === "sum") return 1;
  return totalWeight === 0 ? 0 : 1 / totalWeight;
}
