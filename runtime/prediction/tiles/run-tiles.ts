/** A network run on one tile of an image after the other. */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { MapBatch } from "../../arrays.ts";
import type { Session } from "../../engines/engine.ts";
import type { InputBand } from "./input-bands.ts";
import type { PositionMap } from "./output-band.ts";

/** One axis of an image in tiles of one size. */
export interface TiledAxis<Tile> {
  readonly length: number;
  readonly tiles: readonly Tile[];
}

export interface TileInputs {
  /** Called after every tile. */
  readonly ran?: (() => void) | undefined;
  /** Of every input, by name. */
  readonly bands: ReadonlyMap<string, InputBand>;
  /** What is kept of an output's values, position by position; left out: all. */
  readonly reduced?: ((map: MapBatch, output: number) => PositionMap) | undefined;
}

/** What the network gives for a tile. */
export interface RunTile<Tile> {
  readonly row: Tile;
  readonly column: Tile;
  /** Whether the next tile is in another row. */
  readonly endsRow: boolean;
  /** Values of an output by its name. @throws Error where the engine gave none */
  readonly map: (output: string) => MapBatch;
}

/** Row by row of tiles, from left to right. */
export async function* runTiles<Tile extends { readonly origin: number }>(
  session: Pick<Session, "predict">,
  axes: PerAxis<TiledAxis<Tile>>,
  { bands, ran }: Pick<TileInputs, "bands" | "ran">,
): AsyncGenerator<RunTile<Tile>> {
  const [vertical, horizontal] = axes;
  const size = perAxis((axis) => axes[axis].length);
  for (const row of vertical.tiles) {
    for (const band of bands.values()) await band.show(row.origin, size[0]);
    for (const column of horizontal.tiles) {
      const inputs = new Map(
        Array.from(bands, ([name, band]) => [name, band.tile([row.origin, column.origin], size)] as const),
      );
      const maps = await session.predict(inputs);
      ran?.();
      const map = (output: string): MapBatch => {
        const found = maps.get(output);
        if (found === undefined) throw new Error(`the engine gave no output ${output}`);
        return found;
      };
      yield { row, column, endsRow: column === horizontal.tiles.at(-1), map };
    }
  }
}
