/** `tiles.py`: what the positions of the outputs see, where that is the same at every size. */
import { gridWithin } from "../../../geometry/grid-within.ts";
import type { Graph } from "../../../network/graph.ts";
import { type Scene, sameInEveryTile } from "../../../network/scene.ts";
import { lcm } from "../../../sizes/integers.ts";
import { geometryInScene } from "../data/fit-file.ts";
import { type Code, call, dictionary, imports, python } from "../data/python-text.ts";
import { identifier } from "../names.ts";
import { tilesText } from "./tiles-text.ts";

export function tilesFile(graph: Graph, scene: Scene): string {
  const reason = reasonAgainst(graph, scene);
  const steps = ([0, 1] as const).map((axis) =>
    graph.nodes.reduce((step, { id }) => {
      const stride = gridWithin(geometryInScene(graph, id, scene)[axis])?.stride;
      return stride === undefined ? step : lcm(step, stride.numerator);
    }, 1),
  );
  const [down = 1, across = 1] = steps;
  const [vertical, horizontal] = scene.size;
  const isSquare = vertical.symbol !== undefined && vertical.symbol === horizontal.symbol;
  const sees = graph.outputs.map(({ name, node }) => {
    const axes = ([0, 1] as const).map((axis) => seen(graph, node, scene, axis));
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

import math
${imports(body, [["typing", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Sequence", "Tuple"]])}
from torch import Tensor

from .fit import GRIDS, INPUT, PIXELS, SYMBOLS, Axis
from .model import ACCEPTED_SIZES


${body}`;
}

/** Why the network has no exact tiles, for a person. */
export function reasonAgainst(graph: Graph, scene: Scene): string | undefined {
  if (scene.size.some(({ symbol }) => symbol === undefined)) return "the network takes images of one size";
  const same = sameInEveryTile(graph);
  const node = graph.nodes.find(
    ({ id }) => same[id] !== true && geometryInScene(graph, id, scene).some(({ kind }) => kind !== "grid"),
  );
  if (node === undefined) return undefined;
  return `what ${node.name} computes depends on the whole image, so tiles differ from it`;
}

function seen(graph: Graph, output: number, scene: Scene, axis: 0 | 1): Code | undefined {
  const along = geometryInScene(graph, output, scene)[axis];
  if (along.kind !== "grid") return undefined;
  const fields = along.fields.map((field) => field && [field.low, field.high]);
  return call("Sees", [along.advance, fields]);
}
