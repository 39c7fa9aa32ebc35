/** Whether a conditional random field can refine the output of a network. */
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import { UserError } from "../user-error.ts";

/** @throws UserError when one of the given outputs is not class probabilities. */
export function checkRefinable(graph: Graph, outputs: readonly GraphOutput[]): void {
  for (const { name, node, activation } of outputs) {
    const channels = graph.nodes[node]?.map.channels;
    if (activation === "softmax" || (activation === "sigmoid" && channels === 1)) continue;
    throw new UserError(
      `output "${name}" of ${graph.name} does not give class probabilities, which a conditional random field needs`,
      `end it by softmax: output ${name} by softmax`,
    );
  }
}
