/** The mean of a network's outputs over several sizes of an image, row by row at the positions of one of them. */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { mapOfImage } from "../../fit/fit-batch.ts";
import { gridOfImage, positionsAsImage, resizedGrid } from "../../fit/relative-grid.ts";
import { OutputBand, type PositionRows } from "../tiles/output-band.ts";
import { MeanMap } from "./mean-map.ts";

/** One size: its rows of positions, by output. */
export interface ScaledRows {
  /** Of the resized image. */
  readonly fit: ImageFit;
  readonly rows: AsyncIterator<readonly (PositionRows | undefined)[]>;
}

/**
 * Bilinear between the positions of each size; exact for that whose positions are those of `common`.
 * @param common the fit of the image itself
 * @param outputs how many
 */
export async function* mergedScales(
  common: ImageFit,
  outputs: number,
  sources: readonly ScaledRows[],
): AsyncGenerator<readonly (PositionRows | undefined)[]> {
  const queues = sources.map(({ fit }) =>
    Array.from({ length: outputs }, (_, output) => new RowQueue(common, fit, output)),
  );
  const done = sources.map(() => false);
  const progressOf = (source: number) => Math.min(...(queues[source] ?? []).map(({ end }) => end));
  for (;;) {
    // the size that is behind the others continues
    const [behind] = sources
      .map((_, source) => source)
      .filter((source) => done[source] === false)
      .sort((a, b) => progressOf(a) - progressOf(b));
    if (behind === undefined) return;
    const next = await sources[behind]?.rows.next();
    if (next === undefined || next.done === true) done[behind] = true;
    else
      for (const [output, rows] of next.value.entries())
        if (rows !== undefined) queues[behind]?.[output]?.take(rows);
    const merged = Array.from({ length: outputs }, (_, output) =>
      meanRows(queues.flatMap((each) => each[output] ?? [])),
    );
    if (merged.some((rows) => rows !== undefined)) yield merged;
  }
}

/** The rows that every size has; `undefined`: none. */
function meanRows(queues: readonly RowQueue[]): PositionRows | undefined {
  const [first] = queues;
  const count = Math.min(...queues.map(({ length }) => length));
  if (first === undefined || count === 0) return undefined;
  const start = first.start;
  const maps = queues.map((queue) => queue.give(count));
  const [{ shape } = { shape: [1, 0, 0, 0] as const }] = maps;
  const mean = new MeanMap(shape);
  for (const map of maps) mean.add(map);
  return { first: start, map: mean.mean() };
}

/** Rows of one size at the common positions, as far as they are known. */
class RowQueue {
  readonly #band: OutputBand;
  readonly #rows: Float32Array[] = [];
  #given = 0;
  #channels = 0;
  readonly #width: number;

  constructor(common: ImageFit, fit: ImageFit, output: number) {
    const to = gridOfImage(common, output);
    const own = gridOfImage(fit, output);
    const size: PerAxis<number> = common.image;
    const from = perAxis((axis) => resizedGrid(own[axis], { from: fit.image[axis], to: size[axis] }));
    this.#width = to[1].cells;
    this.#band = new OutputBand(positionsAsImage(from, to), 0, "bilinear");
  }

  /** The first row that is not given yet. */
  get start(): number {
    return this.#given;
  }

  get length(): number {
    return this.#rows.length;
  }

  get end(): number {
    return this.#given + this.#rows.length;
  }

  take(rows: PositionRows): void {
    this.#band.take(rows);
    for (let ready = this.#band.ready(); ready !== undefined; ready = this.#band.ready()) {
      const { data, shape } = valuesOf(ready.map);
      const map = mapOfImage({ data, shape }, ready.fit, 0);
      this.#channels = map.shape[3];
      const length = this.#width * this.#channels;
      for (let row = 0; row < map.shape[1]; row++)
        this.#rows.push(map.data.slice(row * length, (row + 1) * length));
    }
  }

  give(count: number): MapBatch {
    const rows = this.#rows.splice(0, count);
    this.#given += count;
    const length = this.#width * this.#channels;
    const data = new Float32Array(count * length);
    for (const [row, values] of rows.entries()) data.set(values, row * length);
    return { data, shape: [1, count, this.#width, this.#channels] };
  }
}

function valuesOf({ data, shape }: PositionRows["map"]): MapBatch {
  if (data instanceof Float32Array) return { data, shape };
  throw new Error("classes have no mean");
}
