/** The results of overlapping tiles, averaged. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch } from "../../arrays.ts";
import type { Session } from "../../engines/engine.ts";
import type { BlendPlan } from "./blend-plan.ts";
import type { PositionRows } from "./output-band.ts";
import { runTiles, type TileInputs } from "./run-tiles.ts";

/** By output, in their order: its next rows of positions, over the whole width. */
export async function* blendTiles(
  session: Pick<Session, "predict">,
  graph: Graph,
  { plan, reduced = (map) => map, ...inputs }: TileInputs & { readonly plan: BlendPlan },
): AsyncGenerator<readonly PositionRows[]> {
  const [vertical] = plan.axes;
  const sums = graph.outputs.map((_, output) => new WeightedRows(plan.fit.axes[1].grids[output]?.cells ?? 0));
  for await (const { row, column, endsRow, map } of runTiles(session, plan.axes, inputs)) {
    for (const [output, { name }] of graph.outputs.entries()) {
      const [down, across] = [row.has[output], column.has[output]];
      if (down === undefined || across === undefined) throw new Error(`no tile has output ${name}`);
      sums[output]?.add(map(name), down, across);
    }
    if (!endsRow) continue;
    const next = vertical.tiles[vertical.tiles.indexOf(row) + 1];
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
