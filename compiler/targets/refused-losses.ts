/** Losses of the train section that a target cannot write, at the outputs that they train. */
import type { CompiledNetwork } from "../compiled-network.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { refuse } from "../diagnostics/problem.ts";
import type { LossName } from "../learning/losses/registry.ts";
import { inputAt } from "../ops/rules.ts";
import { refusedAt } from "./refused-at.ts";

export function refusedLosses(
  target: string,
  { graph, train }: Pick<CompiledNetwork, "graph" | "train">,
  writes: (loss: LossName) => boolean,
): readonly Diagnostic[] {
  return (train?.outputs ?? []).flatMap(({ name, loss }) => {
    const output = graph.outputs.find((one) => one.name === name);
    if (output === undefined) return [];
    const missing = loss.find(({ term }) => !writes(term.kind));
    if (missing === undefined) return [];
    const refusal = refuse("targets/loss", { target, loss: missing.term.kind, output: name });
    return [refusedAt(refusal, inputAt(graph.nodes, output.node))];
  });
}
