/** The files of a prediction in tiles, written row by row: labels, overlay and probabilities of outputs that learned labels. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { MapBatch } from "../../arrays.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { labelsOfImage, mapOfImage } from "../../fit/fit-batch.ts";
import { eightBits } from "../../images/eight-bits.ts";
import { overlay } from "../../images/overlay.ts";
import type { Colour } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import type { ImageRows } from "../../images/rows/image-rows.ts";
import { openRows, rowsOf } from "../../images/rows/open-rows.ts";
import { PngWriter } from "../../images/rows/png-writer.ts";
import { checkPalette } from "../../images/write-png.ts";
import { chosenClasses } from "../argmax.ts";
import type { OutputFiles } from "../output-files.ts";
import { greyOf, overlayOpacity } from "../write-prediction.ts";
import { OutputBand, type PositionMap, type PositionRows, type ReadyRows } from "./output-band.ts";

type ClassFiles = Extract<OutputFiles, { readonly kind: "classes" }>;

/** What is kept of the values of an output, whose files are these: classes, unless probabilities are wanted. */
export function keptOf(map: MapBatch, files: OutputFiles | undefined): PositionMap {
  return files?.kind !== "classes" || files.probabilities.length > 0 ? map : classesOf(map);
}

/**
 * Every file is written whole or not at all.
 * @param image its path
 * @param rows of positions, of `keptOf` the values
 * @throws UserError when a file cannot be written or the image is damaged
 */
export async function writeTiles(
  image: string,
  rows: AsyncIterable<readonly (PositionRows | undefined)[]>,
  {
    graph,
    fit,
    files,
    palette,
  }: {
    readonly graph: Graph;
    /** Of the whole image. */
    readonly fit: ImageFit;
    readonly files: readonly ClassFiles[];
    readonly palette: readonly Colour[];
  },
): Promise<void> {
  const written: ClassWriter[] = [];
  try {
    for (const [output] of graph.outputs.entries()) {
      const own = files[output];
      if (own === undefined) throw new Error(`output ${output} has no files`);
      written.push(await ClassWriter.open(image, fit, output, own, palette));
    }
    for await (const each of rows)
      for (const [output, writer] of written.entries()) {
        const positions = each[output];
        if (positions !== undefined) await writer.write(positions);
      }
    for (const writer of written) await writer.finish();
  } catch (error) {
    for (const writer of written) await writer.discard();
    throw error;
  } finally {
    for (const writer of written) await writer.close();
  }
}

class ClassWriter {
  readonly #output: number;
  readonly #shown: ImageRows;
  readonly #palette: readonly Colour[];
  readonly #labels: PngWriter;
  readonly #overlay: PngWriter;
  readonly #probabilities: readonly PngWriter[];
  readonly #nearest: OutputBand;
  readonly #bilinear: OutputBand;

  private constructor(made: {
    readonly output: number;
    readonly fit: ImageFit;
    readonly shown: ImageRows;
    readonly palette: readonly Colour[];
    readonly writers: readonly PngWriter[];
  }) {
    const [labels, over, ...probabilities] = made.writers;
    if (labels === undefined || over === undefined) throw new Error("labels and overlay are always written");
    this.#output = made.output;
    this.#shown = made.shown;
    this.#palette = made.palette;
    this.#labels = labels;
    this.#overlay = over;
    this.#probabilities = probabilities;
    this.#nearest = new OutputBand(made.fit, made.output, "nearest");
    this.#bilinear = new OutputBand(made.fit, made.output, "bilinear");
  }

  static async open(
    image: string,
    fit: ImageFit,
    output: number,
    files: ClassFiles,
    palette: readonly Colour[],
  ): Promise<ClassWriter> {
    const [height, width] = fit.image;
    const form = { width, height, channels: 1, depth: 8 } as const;
    const writers: PngWriter[] = [];
    checkPalette(files.labels, palette);
    const shown = await openShown(image);
    try {
      writers.push(await PngWriter.open(files.labels, { ...form, palette }));
      writers.push(await PngWriter.open(files.overlay, { ...form, channels: 3 }));
      for (const file of files.probabilities)
        writers.push(await PngWriter.open(file, { ...form, depth: 16 }));
    } catch (error) {
      for (const writer of writers) await writer.discard();
      await shown.close();
      throw error;
    }
    return new ClassWriter({ output, fit, shown, palette, writers });
  }

  async write(positions: PositionRows): Promise<void> {
    const probable = this.#probabilities.length > 0;
    this.#nearest.take(probable ? { ...positions, map: classesOf(valuesOf(positions.map)) } : positions);
    for (let near = this.#nearest.ready(); near !== undefined; near = this.#nearest.ready())
      await this.#writeLabels(near);
    if (!probable) return;
    this.#bilinear.take(positions);
    for (let around = this.#bilinear.ready(); around !== undefined; around = this.#bilinear.ready())
      await this.#writeProbabilities(around);
  }

  async #writeLabels({ fit, map }: ReadyRows): Promise<void> {
    const classes = { data: Int32Array.from(map.data), shape: threeOf(map.shape) };
    const { data, shape } = labelsOfImage(classes, fit, this.#output);
    await this.#labels.write(Uint8Array.from(data));
    const labels = { height: shape[1], width: shape[2], values: data };
    const drawn = overlay(await this.#shown.next(shape[1]), labels, this.#palette, overlayOpacity);
    await this.#overlay.write(drawn.data as Uint8Array); // an overlay has 8 bits
  }

  async #writeProbabilities({ fit, map }: ReadyRows): Promise<void> {
    const probabilities = mapOfImage(valuesOf(map), fit, this.#output);
    for (const [channel, writer] of this.#probabilities.entries())
      await writer.write(greyOf(probabilities, channel));
  }

  async finish(): Promise<void> {
    for (const writer of this.#writers()) await writer.finish();
  }

  async discard(): Promise<void> {
    for (const writer of this.#writers()) await writer.discard();
  }

  async close(): Promise<void> {
    await this.#shown.close();
  }

  #writers(): readonly PngWriter[] {
    return [this.#labels, this.#overlay, ...this.#probabilities];
  }
}

/** Floating-point samples are shown by the range of the whole image. */
async function openShown(image: string): Promise<ImageRows> {
  const rows = await openRows(image);
  if (rows.fullScale !== 1) return rows;
  await rows.close();
  return rowsOf(eightBits(await readImage(image)));
}

/** Given: no more classes than a palette has colours. */
function classesOf(map: MapBatch): PositionMap {
  const { data, shape } = chosenClasses(map);
  return { data: Uint8Array.from(data), shape: [...shape, 1] };
}

function valuesOf({ data, shape }: PositionMap): MapBatch {
  if (data instanceof Float32Array) return { data, shape };
  throw new Error("probabilities are values, not classes");
}

function threeOf([batch, height, width]: MapBatch["shape"]): readonly [number, number, number] {
  return [batch, height, width];
}
