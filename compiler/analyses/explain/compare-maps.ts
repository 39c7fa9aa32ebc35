/** Where the positions of two feature maps are, on the input and relative to each other. */
import { type PerAxis, perAxis } from "../../axis.ts";
import type { Grid } from "../../geometry/axis-geometry.ts";
import type { Exact } from "../../geometry/exact.ts";
import { exact } from "../../geometry/exact.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { gridsTogether } from "../../geometry/input-scale.ts";
import { divide, type Rational, subtract } from "../../geometry/rational.ts";
import { reasonOf } from "../../geometry/sized.ts";
import type { GraphNode } from "../../network/graph.ts";
import type { PlacedAxis } from "../alignment/places-at.ts";

export interface MapComparison {
  readonly maps: readonly [PlacedMap, PlacedMap];
  /** [y, x]; `null` where one of the two has no grid, or nothing says how their inputs relate to each other. */
  readonly apart: PerAxis<PairOffset | null>;
  /** Whether their inputs are in one proportion; without that nothing is known of the two together, though each has a grid. */
  readonly related: boolean;
}

export interface PlacedMap {
  readonly name: string;
  /** Input pixels, those of the finest input of the two, [y, x]; `null`: none that is known. */
  readonly stride: PerAxis<Exact | null>;
  readonly offset: PerAxis<Exact | null>;
  /** Why there is no grid, on the axis that has none. */
  readonly reason: string | null;
}

export interface PairOffset {
  /** Input pixels from position 0 of the first to position 0 of the second. */
  readonly pixels: Exact;
  /** The same in positions of the first. */
  readonly cells: Exact;
  /** Positions of the second for one of the first. */
  readonly ratio: Exact;
}

/** `placed`: at the size that is asked about. */
export function compareMaps(
  maps: readonly [GraphNode, GraphNode],
  placed: readonly PerAxis<PlacedAxis>[] | undefined,
): MapComparison {
  const [first, second] = maps.map((node) =>
    perAxis((axis) => gridWithin(node.map.geometry[axis]) ?? placed?.[node.id]?.[axis].grid),
  ) as [PerAxis<Grid | undefined>, PerAxis<Grid | undefined>]; // two in, two out
  const together = perAxis((axis) => bothGrids(maps, axis, first[axis], second[axis]));
  const apartOn = together.indexOf("unrelated");
  const related = perAxis((axis) => {
    const pair = together[axis];
    return apartOn >= 0 || pair === "unrelated" ? ([first[axis], second[axis]] as const) : pair;
  });
  return {
    maps: [
      placeOf(
        maps[0],
        perAxis((axis) => related[axis][0]),
      ),
      placeOf(
        maps[1],
        perAxis((axis) => related[axis][1]),
      ),
    ],
    apart: perAxis((axis) => (apartOn >= 0 ? null : pairOffset(...related[axis]))),
    related: apartOn < 0,
  };
}

type GridPair = readonly [Grid | undefined, Grid | undefined];

/** In pixels of the finer of their inputs. */
function bothGrids(
  maps: readonly [GraphNode, GraphNode],
  axis: 0 | 1,
  first: Grid | undefined,
  second: Grid | undefined,
): GridPair | "unrelated" {
  if (first === undefined || second === undefined) return [first, second];
  const [one, other] = maps.map(({ map }) => map.size[axis].symbol);
  const named = one !== undefined && other !== undefined;
  return named && one !== other ? "unrelated" : (gridsTogether(first, second) ?? "unrelated");
}

function placeOf({ name, map }: GraphNode, grids: PerAxis<Grid | undefined>): PlacedMap {
  const lost = ([0, 1] as const).find((axis) => grids[axis] === undefined);
  return {
    name,
    stride: perAxis((axis) => value(grids[axis]?.stride)),
    offset: perAxis((axis) => value(grids[axis]?.offset)),
    reason:
      lost === undefined ? null : (reasonOf(map.geometry[lost]) ?? "it is one answer for the whole input"),
  };
}

function value(fraction: Rational | undefined): Exact | null {
  return fraction === undefined ? null : exact(fraction);
}

function pairOffset(first: Grid | undefined, second: Grid | undefined): PairOffset | null {
  if (first === undefined || second === undefined) return null;
  const pixels = subtract(second.offset, first.offset);
  return {
    pixels: exact(pixels),
    cells: exact(divide(pixels, first.stride)),
    ratio: exact(divide(first.stride, second.stride)),
  };
}
