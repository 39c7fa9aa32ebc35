/** A network run on the tiles of an image, row by row of tiles. */
import { perAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch } from "../../arrays.ts";
import type { Session } from "../../engines/engine.ts";
import { likeOf, type PositionMap, type PositionRows } from "./output-band.ts";
import type { RowBand } from "./row-band.ts";
import type { TilePlan } from "./tile-plan.ts";

/**
 * By output, in their order: its next rows of positions, over the whole width.
 * @param bands of every input, by name
 * @param reduced what is kept of an output's values, position by position; left out: all
 */
export async function* predictTiles(
  session: Pick<Session, "predict">,
  graph: Graph,
  {
    plan,
    bands,
    reduced = (map) => map,
    tileDone = () => {},
  }: {
    readonly plan: TilePlan;
    readonly bands: ReadonlyMap<string, RowBand>;
    readonly reduced?: ((map: MapBatch, output: number) => PositionMap) | undefined;
    readonly tileDone?: ((done: number, of: number) => void) | undefined;
  },
): AsyncGenerator<readonly PositionRows[]> {
  const [vertical, horizontal] = plan.axes;
  const size = perAxis((axis) => plan.axes[axis].length);
  const count = vertical.tiles.length * horizontal.tiles.length;
  let done = 0;
  for (const row of vertical.tiles) {
    for (const band of bands.values()) await band.show(row.origin, size[0]);
    const rows: (PositionMap | undefined)[] = graph.outputs.map(() => undefined);
    for (const column of horizontal.tiles) {
      const inputs = new Map(
        Array.from(bands, ([name, band]) => [name, band.tile([row.origin, column.origin], size)] as const),
      );
      const maps = await session.predict(inputs);
      for (const [output, { name }] of graph.outputs.entries()) {
        const map = maps.get(name);
        const [down, across] = [row.takes[output], column.takes[output]];
        if (map === undefined || down === undefined || across === undefined)
          throw new Error(`the engine gave no output ${name}`);
        const kept = reduced(map, output);
        const width = plan.fit.axes[1].grids[output]?.cells ?? 0;
        const [high, channels] = [down.end - down.first, kept.shape[3]];
        const into = rows[output] ?? {
          data: likeOf(kept, high * width * channels),
          shape: [1, high, width, channels] as const,
        };
        rows[output] = into;
        copyPart(kept, into, {
          from: [down.before, across.before],
          to: across.first,
          size: [high, across.end - across.first],
        });
      }
      done += 1;
      tileDone(done, count);
    }
    yield rows.map((map, output): PositionRows => {
      if (map === undefined) throw new Error("a row of tiles is empty");
      return { first: row.takes[output]?.first ?? 0, map };
    });
  }
}

/** The rectangle of a tile to its column in rows over the whole width. */
function copyPart(
  tile: PositionMap,
  rows: PositionMap,
  {
    from: [top, left],
    to,
    size: [height, width],
  }: {
    readonly from: readonly [top: number, left: number];
    readonly to: number;
    readonly size: readonly [height: number, width: number];
  },
): void {
  const [, , across, channels] = tile.shape;
  const whole = rows.shape[2];
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * across + left) * channels;
    rows.data.set(tile.data.subarray(start, start + width * channels), (y * whole + to) * channels);
  }
}
