/** The rows of a prediction, given to what makes files of them. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { mapOfImage, nearestOfImage } from "../../fit/fit-batch.ts";
import { eightBits } from "../../images/eight-bits.ts";
import type { Raster } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import type { ImageRows } from "../../images/rows/image-rows.ts";
import { openRows, rowsOf } from "../../images/rows/open-rows.ts";
import { chosenClasses } from "../argmax.ts";
import { classValues } from "../averaging/class-values.ts";
import type { OutputRows } from "../predictor.ts";
import { OutputBand, type PositionMap, type PositionRows, type ReadyRows } from "../tiles/output-band.ts";
import { allSinks, type LabelSink, type Sinks, type ValueSink } from "./sinks.ts";

export interface RowsWritten {
  readonly graph: Graph;
  /** Of the whole image. */
  readonly fit: ImageFit;
  /** By output, of every one. */
  readonly sinks: readonly (Sinks | undefined)[];
  /** Whether the last channel is the expected entropy. */
  readonly entropy: boolean;
}

/** What is kept of the values of an output: classes, unless something takes its values. */
export function keptOf(map: MapBatch, sinks: Sinks | undefined, entropy: boolean): PositionMap {
  return sinks === undefined || sinks.values.length > 0 ? map : classesOf(map, entropy);
}

/**
 * The sinks are finished, or discarded where anything fails.
 * @param image its path
 * @param rows of positions, of `keptOf` the values
 * @throws UserError when a file cannot be written or the image is damaged
 */
export async function writeRows(image: string, rows: OutputRows, written: RowsWritten): Promise<void> {
  const { graph, fit, sinks, entropy } = written;
  const writers: OutputWriter[] = [];
  const known = sinks.flatMap((each) => each ?? []);
  await finished(known, async () => {
    try {
      for (const [output] of graph.outputs.entries()) {
        const own = sinks[output];
        if (own === undefined) throw new Error(`nothing takes output ${output}`);
        writers.push(new OutputWriter(await openShown(image), { fit, output, entropy, ...own }));
      }
      for await (const each of rows)
        for (const [output, writer] of writers.entries()) {
          const positions = each[output];
          if (positions !== undefined) await writer.write(positions);
        }
    } finally {
      for (const writer of writers) await writer.close();
    }
  });
}

/** Finishes every sink after `work`, or discards them all. */
export async function finished(sinks: readonly Sinks[], work: () => Promise<void>): Promise<void> {
  const all = sinks.flatMap(allSinks);
  try {
    await work();
    for (const sink of all) await sink.finish();
  } catch (error) {
    for (const sink of all) await sink.discard();
    throw error;
  }
}

interface WriterOptions extends Sinks {
  readonly fit: ImageFit;
  readonly output: number;
  readonly entropy: boolean;
}

class OutputWriter {
  readonly #options: WriterOptions;
  readonly #shown: ImageRows;
  readonly #nearest: OutputBand;
  readonly #bilinear: OutputBand;

  constructor(shown: ImageRows, options: WriterOptions) {
    this.#options = options;
    this.#shown = shown;
    this.#nearest = new OutputBand(options.fit, options.output, "nearest");
    this.#bilinear = new OutputBand(options.fit, options.output, "bilinear");
  }

  async write(positions: PositionRows): Promise<void> {
    const { values, entropy } = this.#options;
    const valued = values.length > 0;
    this.#nearest.take(
      valued ? { ...positions, map: classesOf(valuesOf(positions.map), entropy) } : positions,
    );
    for (let near = this.#nearest.ready(); near !== undefined; near = this.#nearest.ready())
      await this.#writeLabels(near);
    if (!valued) return;
    this.#bilinear.take(positions);
    for (let around = this.#bilinear.ready(); around !== undefined; around = this.#bilinear.ready())
      await this.#writeValues(around);
  }

  async close(): Promise<void> {
    await this.#shown.close();
  }

  async #writeLabels({ fit, map }: ReadyRows): Promise<void> {
    const [rows, width] = fit.image;
    const target =
      map.data instanceof Uint8Array ? new Uint8Array(rows * width) : new Float32Array(rows * width);
    const data = nearestOfImage(map.data, threeOf(map.shape), fit, this.#options.output, target);
    await writeLabels(this.#options.labels, { data, width }, await this.#shown.next(rows));
  }

  async #writeValues({ fit, map }: ReadyRows): Promise<void> {
    const { values, output, entropy } = this.#options;
    await writeValues(values, mapOfImage(valuesOf(map), fit, output), entropy);
  }
}

/** @param labels [rows, width] */
export async function writeLabels(
  sinks: readonly LabelSink[],
  { data, width }: { readonly data: ArrayLike<number>; readonly width: number },
  shown: Raster,
): Promise<void> {
  const labels = { width, height: data.length / width, values: data };
  for (const sink of sinks) await sink.write(labels, shown);
}

export async function writeValues(
  sinks: readonly ValueSink[],
  map: MapBatch,
  entropy: boolean,
): Promise<void> {
  if (sinks.length === 0) return;
  const given = classValues(map, entropy);
  for (const sink of sinks) await sink.write(given);
}

/** Floating-point samples are shown by the range of the whole image. */
async function openShown(image: string): Promise<ImageRows> {
  const rows = await openRows(image);
  if (rows.fullScale !== 1) return rows;
  await rows.close();
  return rowsOf(eightBits(await readImage(image)));
}

/** As bytes where they are no more than those have. */
function classesOf(map: MapBatch, entropy: boolean): PositionMap {
  const { data, shape } = chosenClasses(map, entropy ? map.shape[3] - 1 : map.shape[3]);
  const many = map.shape[3] > 256;
  return { data: many ? Float32Array.from(data) : Uint8Array.from(data), shape: [...shape, 1] };
}

function valuesOf({ data, shape }: PositionMap): MapBatch {
  if (data instanceof Float32Array) return { data, shape };
  throw new Error("probabilities are values, not classes");
}

function threeOf([batch, height, width]: MapBatch["shape"]): readonly [number, number, number] {
  return [batch, height, width];
}
