/** Positions of an output as rows of tiles give them, and the image's pixels that they answer for. */
import { add, multiply, rational } from "../../../compiler/geometry/rational.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { type AxisGrid, cellsOfPixels, positionsOfPixels } from "../../fit/fit-axis.ts";

/** Consecutive rows of positions over the whole width: [1, rows, width, channels]. */
export interface PositionRows {
  /** Of the whole output. */
  readonly first: number;
  readonly map: MapBatch;
}

/** Which position each pixel's row needs: the nearest one, or those around it. */
export type Placing = "nearest" | "bilinear";

/** Rows of the image's pixels, and the positions that answer for them. */
export interface ReadyRows {
  /** The first of the rows. */
  readonly first: number;
  /** Of these rows to these positions: `fit-batch.ts` reads the one at the other. */
  readonly fit: ImageFit;
  readonly map: MapBatch;
}

export class OutputBand {
  readonly #fit: ImageFit;
  readonly #placing: Placing;
  /** By pixel row: the last position row that it needs. */
  readonly #needs: Int32Array;
  #held: PositionRows | undefined;
  #pixel = 0;

  /** @param fit of the image to the network, with the grid of the output @param output counts in `graph.outputs` */
  constructor(fit: ImageFit, output: number, placing: Placing) {
    this.#fit = fit;
    this.#placing = placing;
    const [vertical] = fit.axes;
    const grid = gridOf(fit, 0, output);
    this.#needs =
      placing === "nearest"
        ? cellsOfPixels(grid, vertical.before, fit.image[0])
        : Int32Array.from(positionsOfPixels(grid, vertical.before, fit.image[0]), (at) =>
            Math.min(Math.floor(at) + 1, grid.cells - 1),
          );
  }

  /** Takes the next rows of positions. */
  take(rows: PositionRows): void {
    const held = this.#held;
    if (held === undefined) this.#held = rows;
    else {
      if (rows.first !== held.first + held.map.shape[1]) throw new Error("rows of an output are missing");
      this.#held = { first: held.first, map: joined(held.map, rows.map) };
    }
  }

  /** The pixel rows that can be answered now; `undefined`: none. Each is given once. */
  ready(): ReadyRows | undefined {
    if (this.#held === undefined) return undefined;
    const { first, map } = this.#held;
    const end = first + map.shape[1];
    let stop = this.#pixel;
    while (stop < this.#needs.length && (this.#needs[stop] ?? 0) < end) stop++;
    if (stop === this.#pixel) return undefined;
    const given = {
      first: this.#pixel,
      fit: bandFit(this.#fit, { pixel: this.#pixel, stop, first, end }),
      map,
    };
    this.#pixel = stop;
    this.#forget();
    return given;
  }

  /** Drops the positions that no later pixel needs. */
  #forget(): void {
    if (this.#held === undefined) return;
    const { first, map } = this.#held;
    // between two positions lie at most the pixels that need both
    const reach = this.#placing === "nearest" ? 0 : 1;
    const next = this.#needs[this.#pixel];
    const keep = next === undefined ? first + map.shape[1] : Math.max(first, next - reach);
    this.#held = { first: keep, map: rowsFrom(map, keep - first) };
  }
}

/** The pixel rows from `pixel` to before `stop`, on the position rows from `first` to before `end` alone. */
function bandFit(
  fit: ImageFit,
  { pixel, stop, first, end }: Record<"pixel" | "stop" | "first" | "end", number>,
): ImageFit {
  const [vertical, horizontal] = fit.axes;
  const grids = vertical.grids.map(({ stride, offset }) => ({
    cells: end - first,
    stride,
    offset: add(offset, multiply(stride, rational(first))),
  }));
  return {
    image: [stop - pixel, fit.image[1]],
    axes: [{ ...vertical, before: vertical.before + pixel, grids }, horizontal],
  };
}

function gridOf(fit: ImageFit, axis: 0 | 1, output: number): AxisGrid {
  const grid = fit.axes[axis].grids[output];
  if (grid === undefined) throw new Error(`the fit has no output ${output}`);
  return grid;
}

function joined(first: MapBatch, second: MapBatch): MapBatch {
  const data = new Float32Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  const [, rows, width, channels] = first.shape;
  return { data, shape: [1, rows + second.shape[1], width, channels] };
}

function rowsFrom({ data, shape: [, rows, width, channels] }: MapBatch, row: number): MapBatch {
  return { data: data.slice(row * width * channels), shape: [1, rows - row, width, channels] };
}
