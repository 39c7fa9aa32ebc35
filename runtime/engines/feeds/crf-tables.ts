/** The tables of a conditional random field that its program is fed: what depends on the colours of the guide. */

import type { CrfAttributes } from "../../../compiler/ops/attributes.ts";
import { latticeRows } from "../../../compiler/tensors/passes/expand/crf.ts";
import type { ScalableFilter } from "../../crf/gaussian-filter.ts";
import {
  appearanceFilter,
  type BuildFilter,
  type ColourImage,
  smoothnessFilter,
} from "../../crf/image-kernels.ts";
import { PermutohedralLattice } from "../../crf/permutohedral.ts";
import { WindowFilter } from "../../crf/window-filter.ts";

/**
 * By the names of the feeds.
 * @param name the node's
 * @param guide an image for each of the batch, all of one size
 */
export function crfTables(
  name: string,
  attributes: CrfAttributes,
  guide: readonly ColourImage[],
): ReadonlyMap<string, Float32Array | Int32Array> {
  const [first] = guide;
  if (first === undefined) throw new Error(`${name}: no images are given for the guide`);
  if (attributes.iterations === 0) return new Map();
  const { window, smoothnessPosition } = attributes;
  if (window !== "all") {
    const build = WindowFilter.over([first.height, first.width], window);
    const filters = guide.map((image) => appearance(attributes, image, build));
    return new Map([[`${name}.appearance.shares`, windowShares(filters)]]);
  }
  const smoothness = smoothnessFilter(first, smoothnessPosition, PermutohedralLattice.of);
  const alike = guide.map((image) => appearance(attributes, image, PermutohedralLattice.of));
  return new Map([
    ...latticeTables(`${name}.appearance`, alike, 2 + first.channels),
    ...latticeTables(
      `${name}.smoothness`,
      guide.map(() => smoothness),
      2,
    ),
  ]);
}

function appearance<F extends ScalableFilter<F>>(
  { appearancePosition, appearanceColour }: CrfAttributes,
  image: ColourImage,
  build: BuildFilter<F>,
): F {
  return appearanceFilter(image, appearancePosition, appearanceColour, build);
}

/** [batch, elements of the window, positions] */
function windowShares(filters: readonly WindowFilter[]): Float32Array {
  const arrays = filters.map(({ points, tables: { count, shares } }) => {
    const result = new Float32Array(points * count);
    for (let point = 0; point < points; point++) {
      for (let k = 0; k < count; k++) result[k * points + point] = shares[point * count + k] ?? 0;
    }
    return result;
  });
  return joined(arrays, (length) => new Float32Array(length));
}

/** corners and shares [batch, positions, dimensions + 1]; neighbours [batch, directions, vertices, 2]. */
function latticeTables(
  name: string,
  lattices: readonly PermutohedralLattice[],
  dimensions: number,
): readonly (readonly [string, Float32Array | Int32Array])[] {
  const each = dimensions + 1;
  const images = lattices.map((lattice) => {
    const { corners, shares, stride, chains } = lattice.tables;
    const { points } = lattice;
    const rows = latticeRows(points, dimensions);
    const places = Int32Array.from(
      { length: points * each },
      (_, i) => Math.floor(i / each) * stride + (i % each),
    );
    const neighbours = new Int32Array(each * rows * 2);
    for (const [direction, chain] of chains.entries()) {
      for (let i = 1; i < chain.length; i++) {
        const [one, next] = [chain[i - 1] ?? 0, chain[i] ?? 0];
        if (one === 0 || next === 0) continue; // a chain ends here
        neighbours[(direction * rows + one) * 2 + 1] = next;
        neighbours[(direction * rows + next) * 2] = one;
      }
    }
    return {
      corners: places.map((place) => corners[place] ?? 0),
      shares: Float32Array.from(places, (place) => shares[place] ?? 0),
      neighbours,
    };
  });
  const ints = (length: number) => new Int32Array(length);
  return [
    [
      `${name}.corners`,
      joined(
        images.map(({ corners }) => corners),
        ints,
      ),
    ],
    [
      `${name}.shares`,
      joined(
        images.map(({ shares }) => shares),
        (length) => new Float32Array(length),
      ),
    ],
    [
      `${name}.neighbours`,
      joined(
        images.map(({ neighbours }) => neighbours),
        ints,
      ),
    ],
  ];
}

function joined<T extends Float32Array | Int32Array>(arrays: readonly T[], make: (length: number) => T): T {
  const result = make(arrays.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const array of arrays) {
    result.set(array, from);
    from += array.length;
  }
  return result;
}
