/** What no package can express, at its lines of the program. */
import type { CompiledNetwork } from "../../compiled-network.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { isInput } from "../../ops/input.ts";
import { inputAt } from "../../ops/rules.ts";
import { refusedAt } from "../refused-at.ts";
import { identifier } from "./names.ts";
import { layerOf } from "./rows.ts";

/** Inputs and outputs are arguments and fields: names that differ in case or in an index alone become one identifier. */
function sameNames({ graph }: CompiledNetwork): readonly Diagnostic[] {
  const inputs = graph.nodes.filter(isInput).map((node) => ({ name: node.attributes.name, node }));
  const outputs = graph.outputs.map(({ name, node }) => ({ name, node: inputAt(graph.nodes, node) }));
  return [inputs, outputs].flatMap((named) => {
    const taken = new Map<string, string>();
    return named.flatMap(({ name, node }) => {
      const written = identifier(name);
      const other = taken.get(written);
      taken.set(written, other ?? name);
      if (other === undefined) return [];
      const facts = { target: "pytorch", name: other, other: name, identifier: written };
      return [refusedAt(refuse("targets/same-name", facts), node)];
    });
  });
}

export function refusals(network: CompiledNetwork): readonly Diagnostic[] {
  const named = sameNames(network);
  if (named.length > 0) return named;
  return network.graph.nodes.flatMap((node) => {
    const made = isInput(node) ? undefined : layerOf(node, network.graph);
    return made instanceof Refusal ? [refusedAt(made, node)] : [];
  });
}
