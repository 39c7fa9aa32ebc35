/** What no package can express, at its lines of the program. */
import type { CompiledNetwork } from "../../compiled-network.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { isInput } from "../../ops/input.ts";
import { refusedAt } from "../refused-at.ts";
import { refusedLosses } from "../refused-losses.ts";
import { layerOf } from "./rows.ts";
import { lossTexts } from "./training/loss-texts.ts";

export function refusals(network: CompiledNetwork): readonly Diagnostic[] {
  const layers = network.graph.nodes.flatMap((node) => {
    const made = isInput(node) ? undefined : layerOf(node, network.graph);
    return made instanceof Refusal ? [refusedAt(made, node)] : [];
  });
  return [...layers, ...refusedLosses("pytorch", network, (loss) => lossTexts[loss] !== undefined)];
}
