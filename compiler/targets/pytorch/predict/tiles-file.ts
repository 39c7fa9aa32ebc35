/** `tiles.py`: what the positions of the outputs see, where that is the same at every size. */
import { gridWithin } from "../../../geometry/grid-within.ts";
import type { Graph } from "../../../network/graph.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { lcm } from "../../../sizes/integers.ts";
import { type Code, call, dictionary, imports, python } from "../data/python-text.ts";
import { identifier } from "../names.ts";
import { tilesText } from "./tiles-text.ts";

export function tilesFile(graph: Graph): string {
  const reason = reasonAgainst(graph);
  const steps = ([0, 1] as const).map((axis) =>
    graph.nodes.reduce((step, { map }) => {
      const stride = gridWithin(map.geometry[axis])?.stride;
      return stride === undefined ? step : lcm(step, stride.numerator);
    }, 1),
  );
  const [down = 1, across = 1] = steps;
  const [vertical, horizontal] = graph.nodes.find(isInput)?.attributes.size ?? [];
  const isSquare = vertical?.symbol !== undefined && vertical.symbol === horizontal?.symbol;
  const sees = graph.outputs.map(({ name, node }) => {
    const axes = ([0, 1] as const).map((axis) => seen(graph, node, axis));
    return [identifier(name), axes] as const;
  });
  const body = `${tilesText}

# Why a large image is not predicted in tiles; None: it is.
REASON: Optional[str] = ${python(reason)}
# Tiles begin at multiples of so many pixels, along height and width.
STEPS = ${python(isSquare ? [lcm(down, across), lcm(down, across)] : [down, across])}
SEES: Mapping[str, Tuple[Sees, Sees]] = ${reason === undefined ? dictionary(sees) : "{}"}
`;
  return `"""Large images in tiles whose results, put together, are those of the whole image."""

from __future__ import annotations

${imports(body, [["typing", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Sequence", "Tuple"]])}
from .fit import GRIDS, INPUT, SYMBOLS, Axis
from .model import ACCEPTED_SIZES


${body}`;
}

/** Why the network has no exact tiles, for a person. */
export function reasonAgainst(graph: Graph): string | undefined {
  const [input] = graph.nodes.filter(isInput);
  if (input?.attributes.size.some(({ symbol }) => symbol === undefined))
    return "the network takes images of one size";
  const node = graph.nodes.find(({ map }) => map.geometry.some(({ kind }) => kind !== "grid"));
  if (node === undefined) return undefined;
  return `what ${node.name} computes depends on the whole image, so tiles differ from it`;
}

function seen(graph: Graph, output: number, axis: 0 | 1): Code | undefined {
  const along = inputAt(graph.nodes, output).map.geometry[axis];
  if (along.kind !== "grid") return undefined;
  const fields = along.fields.map((field) => field && [field.low, field.high]);
  return call("Sees", [along.advance, fields]);
}
