/** The results of exact tiles put together. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { Session } from "../../engines/engine.ts";
import { likeOf, type PositionMap, type PositionRows } from "./output-band.ts";
import { runTiles, type TileInputs } from "./run-tiles.ts";
import type { TilePlan } from "./tile-plan.ts";

/** By output, in their order: its next rows of positions, over the whole width. */
export async function* predictTiles(
  session: Pick<Session, "predict">,
  graph: Graph,
  { plan, reduced = (map) => map, ...inputs }: TileInputs & { readonly plan: TilePlan },
): AsyncGenerator<readonly PositionRows[]> {
  const rows: PositionRows[] = [];
  for await (const { row, column, endsRow, map } of runTiles(session, plan.axes, inputs)) {
    for (const [output, { name }] of graph.outputs.entries()) {
      const [down, across] = [row.takes[output], column.takes[output]];
      if (down === undefined || across === undefined) throw new Error(`no tile has output ${name}`);
      const kept = reduced(map(name), output);
      const width = plan.fit.axes[1].grids[output]?.cells ?? 0;
      const [high, channels] = [down.end - down.first, kept.shape[3]];
      rows[output] ??= {
        first: down.first,
        map: { data: likeOf(kept, high * width * channels), shape: [1, high, width, channels] },
      };
      copyPart(kept, rows[output].map, {
        from: [down.before, across.before],
        to: across.first,
        size: [high, across.end - across.first],
      });
    }
    if (endsRow) yield rows.splice(0);
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
