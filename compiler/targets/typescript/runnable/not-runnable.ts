/** Which networks the programs of a runnable project can train and apply. */
import type { CompiledNetwork } from "../../../compiled-network.ts";
import { isInput } from "../../../ops/input.ts";
import { usualTraining } from "../training/usual-training.ts";

/** Why there are no such programs; `undefined`: there are. */
export function notRunnable({ name, graph, train }: CompiledNetwork): string | undefined {
  const inputs = graph.nodes.filter(isInput).length;
  if (inputs !== 1) return `${name} has ${inputs} inputs, and the programs read one folder of images`;
  const [output, ...others] = (train ?? usualTraining(graph)).outputs;
  if (output?.target.kind === "labels" && others.length === 0 && graph.outputs.length === 1) return undefined;
  return `${name} learns more or other than labels, and the programs read one folder of label images`;
}
