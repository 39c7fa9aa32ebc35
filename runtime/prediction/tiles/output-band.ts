/** Positions of an output as rows of tiles give them, and the image's pixels that they answer for. */
import { add, multiply, rational } from "../../../compiler/geometry/rational.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { type AxisGrid, cellsOfPixels, positionsOfPixels } from "../../fit/fit-axis.ts";
import { rowsAtATime } from "../../images/rows/image-rows.ts";

/** What is kept of an output, [1, rows, width, channels]: its values, or classes as bytes. */
export interface PositionMap {
  readonly data: Float32Array | Uint8Array;
  readonly shape: MapBatch["shape"];
}

/** Consecutive rows of positions over the whole width. */
export interface PositionRows {
  /** Of the whole output. */
  readonly first: number;
  readonly map: PositionMap;
}

/** Which position each pixel's row needs: the nearest one, or those around it. */
export type Placing = "nearest" | "bilinear";

/** Rows of the image's pixels, and the positions that answer for them. */
export interface ReadyRows {
  /** The first of the rows. */
  readonly first: number;
  /** Of these rows to these positions: `fit-batch.ts` reads the one at the other. */
  readonly fit: ImageFit;
  readonly map: PositionMap;
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
      this.#held = held.map.shape[1] === 0 ? rows : { first: held.first, map: joined(held.map, rows.map) };
    }
  }

  /** The next pixel rows that can be answered, a few at a time; `undefined`: none. Each is given once. */
  ready(): ReadyRows | undefined {
    if (this.#held === undefined) return undefined;
    const { first, map } = this.#held;
    const end = first + map.shape[1];
    const most = Math.min(this.#needs.length, this.#pixel + rowsAtATime(this.#fit.image[1]));
    let stop = this.#pixel;
    while (stop < most && (this.#needs[stop] ?? 0) < end) stop++;
    if (stop === this.#pixel) return undefined;
    const used = (this.#needs[stop - 1] ?? 0) + 1;
    const given = {
      first: this.#pixel,
      fit: bandFit(this.#fit, { pixel: this.#pixel, stop, first, end: used }),
      map: rowsOf(map, 0, used - first),
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
    const rest = rowsOf(map, keep - first, map.shape[1]);
    // a view would hold all of the rows
    this.#held = { first: keep, map: rest.shape[1] === 0 ? { ...rest, data: likeOf(map, 0) } : rest };
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

function joined(first: PositionMap, second: PositionMap): PositionMap {
  const data = likeOf(first, first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  const [, rows, width, channels] = first.shape;
  return { data, shape: [1, rows + second.shape[1], width, channels] };
}

/** Zeros of the same type. */
export function likeOf({ data }: PositionMap, length: number): Float32Array | Uint8Array {
  return data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
}

function rowsOf({ data, shape: [, , width, channels] }: PositionMap, from: number, to: number): PositionMap {
  const row = width * channels;
  return { data: data.subarray(from * row, to * row), shape: [1, to - from, width, channels] };
}
