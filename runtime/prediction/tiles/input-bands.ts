/** What tiles are given of each input: its part of the scene, or all of it where the input has one size. */
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { Rational } from "../../../compiler/geometry/rational.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { scaledDown } from "../../../compiler/network/scene.ts";
import type { MapBatch } from "../../arrays.ts";
import { type ImageFit, imageScene } from "../../fit/fit.ts";
import { fitOfInput } from "../../fit/inputs-of-fit.ts";
import type { ImageRows } from "../../images/rows/image-rows.ts";
import { RowBand } from "./row-band.ts";

/** Places and sizes are in pixels of the padded scene. */
export interface InputBand {
  /** Reads on to the rows that `count` rows from `first` on show. */
  readonly show: (first: number, count: number) => Promise<void>;
  /** [1, height, width, channels] of the input, whose rows are shown; the caller may overwrite it, and the next tile does. */
  readonly tile: (origin: PerAxis<number>, size: PerAxis<number>) => MapBatch;
}

/** By input. @param images their rows; `fit`: of the scene */
export async function inputBands(
  graph: Graph,
  images: ReadonlyMap<string, ImageRows>,
  fit: ImageFit,
): Promise<ReadonlyMap<string, InputBand>> {
  const scene = imageScene(graph);
  const bands = new Map<string, InputBand>();
  for (const [name, rows] of images) {
    const input = scene.inputs.get(name);
    if (input === undefined) throw new Error(`${graph.name} has no input ${name}`);
    const band = new RowBand(rows, fitOfInput(graph, fit, name));
    bands.set(
      name,
      input.kind === "resized" ? await wholeBand(band, input.size) : scaledBand(band, input.pixels),
    );
  }
  return bands;
}

function scaledBand(band: RowBand, pixels: PerAxis<Rational>): InputBand {
  const own = (lengths: PerAxis<number>) => perAxis((axis) => scaledDown(lengths[axis], pixels[axis]));
  return {
    show: (first, count) => band.show(scaledDown(first, pixels[0]), scaledDown(count, pixels[0])),
    tile: (origin, size) => band.tile(own(origin), own(size)),
  };
}

async function wholeBand(band: RowBand, size: PerAxis<number>): Promise<InputBand> {
  await band.show(0, size[0]);
  return { show: async () => {}, tile: () => band.tile([0, 0], size) };
}
