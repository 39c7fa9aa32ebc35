/** Compares the coordinates of positions and the amounts of crops that the compiler states with those found by running. */

import type { CropToNode, GraphNode } from "../../../compiler/network/graph.ts";
import { isCropTo } from "../../../compiler/ops/cropping.ts";
import { placeOf, positionOn } from "./axis-map.ts";
import type { Visit } from "./execute.ts";
import { fraction, fractionText, same } from "./fraction.ts";
import { gridOfFinest, pixelOf } from "./input-units.ts";
import type { Dimension } from "./program.ts";

/**
 * The differences between what is stated of one feature map along one axis and what was found at the size that was run.
 * @param finest the size of the input in whose pixels everything was found
 */
export function comparePlaces<T>(
  node: GraphNode,
  axis: 0 | 1,
  visit: Visit<T>,
  finest: Dimension,
): readonly string[] {
  const map = visit.result?.map;
  if (map === undefined) return [];
  const faults: string[] = [];
  const geometry = node.map.geometry[axis];
  const stated = geometry.kind === "grid" ? geometry : geometry.grid;
  if (stated !== undefined) {
    const { stride, offset } = gridOfFinest(
      {
        stride: fraction(stated.stride.numerator, stated.stride.denominator),
        offset: fraction(stated.offset.numerator, stated.offset.denominator),
      },
      pixelOf(stated.pixels, finest),
    );
    const { grid } = map;
    if (grid === undefined) faults.push("stated a grid, found none");
    // A single position shows only the offset, not the stride.
    else if ((map.cells.length > 1 && !same(grid.stride, stride)) || !same(grid.offset, offset))
      faults.push(
        `stated stride ${fractionText(stride)} offset ${fractionText(offset)}, found ${fractionText(grid.stride)} and ${fractionText(grid.offset)}`,
      );
  }
  if (isCropTo(node)) faults.push(...compareCut(node.attributes, axis, visit));
  return faults;
}

function compareCut<T>(
  { rule, offset }: CropToNode["attributes"],
  axis: 0 | 1,
  { inputs, result, cut }: Visit<T>,
): readonly string[] {
  const faults: string[] = [];
  const stated = offset[axis];
  const [, reference] = inputs;
  const surplus = (inputs[0]?.map?.cells.length ?? 0) - (reference?.map?.cells.length ?? 0);
  if ((stated ?? surplus / 2) !== cut) faults.push(`stated a cut of ${stated ?? surplus / 2}, found ${cut}`);
  const [own, other] = [result?.map?.grid, reference?.map?.grid];
  if (rule !== "aligned") return faults;
  // Every position of the cropped feature map coincides with that of its reference.
  const apart = placeOf(own, other);
  if (own === undefined || other === undefined || apart === undefined || apart.over !== 0n)
    return [
      ...faults,
      `the cropped map lies ${apart === undefined ? "nowhere" : fractionText(apart)} cells from its reference`,
    ];
  const last = fraction((reference?.map?.cells.length ?? 1) - 1);
  if (!same(positionOn(own, last), positionOn(other, last))) faults.push("the last cells lie apart");
  return faults;
}
