/** What the figure says of a feature map or step under the pointer: names, sizes, geometry, parameters, MACs. */

import { fieldRange } from "../../compiler/analyses/inspect/layer-geometry.ts";
import type { PerAxis } from "../../compiler/axis.ts";
import { counted } from "../../compiler/counted.ts";
import { gridWithin } from "../../compiler/geometry/grid-within.ts";
import type { Rational } from "../../compiler/geometry/rational.ts";
import type { GraphNode } from "../../compiler/network/graph.ts";
import { countParameters } from "../../compiler/network/totals.ts";
import { thousands } from "../text/numbers.ts";
import type { ClosedBlock } from "./closed-blocks.ts";
import type { Drawn } from "./drawn.ts";
import { operationWords } from "./step-words.ts";

export function mapTooltip(node: GraphNode, size: PerAxis<string>): string {
  const [y, x] = node.map.geometry;
  const parts = [`${node.name}: ${node.map.channels} × ${size[0]} × ${size[1]}`];
  const [gridY, gridX] = [gridWithin(y), gridWithin(x)];
  if (gridY && gridX) {
    parts.push(`stride ${both(fraction(gridY.stride), fraction(gridX.stride))}`);
    parts.push(`offset ${both(fraction(gridY.offset), fraction(gridX.offset))}`);
  }
  const [fieldY, fieldX] = [fieldRange(y), fieldRange(x)];
  if (fieldY && fieldX) parts.push(`receptive field ${both(`${fieldY.most}`, `${fieldX.most}`)}`);
  else if (y.kind === "whole") parts.push("receptive field: the whole input");
  return parts.join(", ");
}

export function blockTooltip(
  { name, times, nodes, result }: ClosedBlock,
  size: PerAxis<string>,
  { graph, multiplyAdds }: Drawn,
): string {
  const inside = nodes.flatMap((id) => graph.nodes[id] ?? []);
  const channels = graph.nodes[result]?.map.channels ?? 0;
  const facts = [`${name}${times > 1 ? ` × ${times}` : ""}: ${channels} × ${size[0]} × ${size[1]}`];
  const parameters = countParameters(inside.flatMap(({ weights }) => weights));
  if (parameters > 0) facts.push(counted(parameters, "parameter"));
  const cost = nodes.reduce((sum, id) => sum + (multiplyAdds?.[id] ?? 0), 0);
  if (cost > 0) facts.push(`${thousands(cost)} MACs`);
  return facts.join(", ");
}

export function stepTooltip(nodes: readonly GraphNode[], { shaped, multiplyAdds }: Drawn): string {
  if (nodes.length === 0) return "identity";
  return nodes
    .map((node) => {
      const facts = [`${node.name}: ${operationWords(node, shaped?.cuts.get(node.id)).long.join(", ")}`];
      const parameters = countParameters(node.weights);
      if (parameters > 0) facts.push(counted(parameters, "parameter"));
      const cost = multiplyAdds?.[node.id] ?? 0;
      if (cost > 0) facts.push(`${thousands(cost)} MACs`);
      return facts.join(", ");
    })
    .join("; ");
}

function fraction({ numerator, denominator }: Rational): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;
}

function both(y: string, x: string): string {
  return y === x ? y : `${y} × ${x}`;
}
