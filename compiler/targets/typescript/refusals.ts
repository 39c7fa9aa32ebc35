/** What no module can express, at its lines of the program. */
import type { CompiledNetwork } from "../../compiled-network.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { isInput } from "../../ops/input.ts";
import { refusedAt } from "../refused-at.ts";
import { refusedLosses } from "../refused-losses.ts";
import { nodeExpression } from "./rows.ts";
import { isPrintedLoss } from "./training/printed-losses.ts";

export function refusals(network: CompiledNetwork): readonly Diagnostic[] {
  const layers = network.graph.nodes.flatMap((node) => {
    const made = isInput(node) ? undefined : nodeExpression(node, network.graph);
    return made instanceof Refusal ? [refusedAt(made, node)] : [];
  });
  return [...layers, ...refusedLosses("typescript", network, isPrintedLoss)];
}
