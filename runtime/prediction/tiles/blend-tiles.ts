/** A network run on overlapping tiles, whose results are averaged; row by row of tiles. */
import { perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch } from "../../arrays.ts";
import type { Session } from "../../engines/engine.ts";
import type { BlendPlan } from "./blend-plan.ts";
import type { PositionMap, PositionRows } from "./output-band.ts";
import type { RowBand } from "./row-band.ts";

/** By output, in their order: its next rows of positions, over the whole width. */
export async function* blendTiles(
  session: Pick<Session, "predict">,
  graph: Graph,
  {
    plan,
    bands,
    reduced = (map) => map,
    tileDone = () => {},
  }: {
    readonly plan: BlendPlan;
    readonly bands: ReadonlyMap<string, RowBand>;
    readonly reduced?: ((map: MapBatch, output: number) => PositionMap) | undefined;
    readonly tileDone?: ((done: number, of: number) => void) | undefined;
  },
): AsyncGenerator<readonly PositionRows[]> {
  const [vertical, horizontal] = plan.axes;
  const size = perAxis((axis) => plan.axes[axis].length);
  const count = vertical.tiles.length * horizontal.tiles.length;
  const sums = graph.outputs.map((_, output) => new WeightedRows(plan.fit.axes[1].grids[output]?.cells ?? 0));
  let done = 0;
  for (const [place, row] of vertical.tiles.entries()) {
    for (const band of bands.values()) await band.show(row.origin, size[0]);
    for (const column of horizontal.tiles) {
      const inputs = new Map(
        Array.from(bands, ([name, band]) => [name, band.tile([row.origin, column.origin], size)] as const),
      );
      const maps = await session.predict(inputs);
      for (const [output, { name }] of graph.outputs.entries()) {
        const [map, down, across] = [maps.get(name), row.has[output], column.has[output]];
        if (map === undefined || down === undefined || across === undefined)
          throw new Error(`the engine gave no output ${name}`);
        sums[output]?.add(map, down, across);
      }
      done += 1;
      tileDone(done, count);
    }
    const next = vertical.tiles[place + 1];
    yield sums.map((each, output): PositionRows => {
      const rows = each.before(next?.has[output]?.first);
      return { first: rows.first, map: reduced(rows.map, output) };
    });
  }
}

interface Weighted {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Weighted sums of the rows that later tiles may still add to. */
class WeightedRows {
  readonly #width: number;
  #channels = 0;
  /** The row of the whole output that is the first here. */
  #first = 0;
  /** By row: [width, channels] of sums, then [width] of weights. */
  #rows: { readonly sums: Float64Array; readonly weights: Float64Array }[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  add({ data, shape: [, height, width, channels] }: MapBatch, down: Weighted, across: Weighted): void {
    this.#channels = channels;
    for (let y = 0; y < height; y++) {
      const row = this.#rowAt(down.first + y);
      for (let x = 0; x < width; x++) {
        const weight = (down.weights[y] ?? 0) * (across.weights[x] ?? 0);
        const [to, from] = [across.first + x, (y * width + x) * channels];
        row.weights[to] = (row.weights[to] ?? 0) + weight;
        for (let channel = 0; channel < channels; channel++) {
          const at = to * channels + channel;
          row.sums[at] = (row.sums[at] ?? 0) + weight * (data[from + channel] ?? 0);
        }
      }
    }
  }

  /** The means of the rows before `end`, which are forgotten. @param end left out: of all */
  before(end = this.#first + this.#rows.length): { readonly first: number; readonly map: MapBatch } {
    const rows = this.#rows.splice(0, end - this.#first);
    const data = new Float32Array(rows.length * this.#width * this.#channels);
    let to = 0;
    for (const { sums, weights } of rows)
      for (const [x, weight] of weights.entries())
        for (let channel = 0; channel < this.#channels; channel++)
          data[to++] = (sums[x * this.#channels + channel] ?? 0) / weight;
    const first = this.#first;
    this.#first += rows.length;
    return { first, map: { data, shape: [1, rows.length, this.#width, this.#channels] } };
  }

  #rowAt(row: number): { readonly sums: Float64Array; readonly weights: Float64Array } {
    while (this.#rows.length <= row - this.#first)
      this.#rows.push({
        sums: new Float64Array(this.#width * this.#channels),
        weights: new Float64Array(this.#width),
      });
    const found = this.#rows[row - this.#first];
    if (found === undefined) throw new Error(`row ${row} was given already`);
    return found;
  }
}
