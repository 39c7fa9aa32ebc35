/** The files of one output that learned labels, as sinks of its rows. */
import { overlay } from "../../images/overlay.ts";
import type { Colour, Samples } from "../../images/raster.ts";
import type { SampleFile, SampleForm, SampleWriter } from "../../images/rows/sample-form.ts";
import { openSampleFile } from "../../images/rows/sample-writer.ts";
import type { StackFiles } from "../../images/rows/stack-files.ts";
import { ignoredIndex } from "../../images/write-png.ts";
import type { ClassValues } from "../averaging/class-values.ts";
import { entropyOf, informationOf, sixteenBits } from "../averaging/uncertainty.ts";
import type { ClassFiles } from "./output-files.ts";
import type { LabelSink, Sink, Sinks, ValueSink } from "./sinks.ts";

export const overlayOpacity = 0.5;

export interface FileSinkOptions {
  /** One colour a class. */
  readonly palette: readonly Colour[];
  /** Pixels of the image. */
  readonly height: number;
  readonly width: number;
  /** Of files of several images. */
  readonly stacks?: StackFiles | undefined;
}

/** Every file is written whole or not at all. @throws UserError when one cannot be written */
export async function openFileSinks(files: ClassFiles, options: FileSinkOptions): Promise<Sinks> {
  const opened = new OpenedFiles(options);
  try {
    return {
      labels: await labelSinks(files, options, opened),
      values: await valueSinks(files, options, opened),
    };
  } catch (error) {
    await opened.discard();
    throw error;
  }
}

/** Those of an output that are open, for the case that the next cannot be. */
class OpenedFiles {
  readonly #size: Pick<SampleForm, "height" | "width">;
  readonly #stacks: StackFiles | undefined;
  readonly #writers: SampleWriter[] = [];

  constructor({ height, width, stacks }: FileSinkOptions) {
    this.#size = { height, width };
    this.#stacks = stacks;
  }

  async open(
    file: SampleFile,
    form: Pick<SampleForm, "channels" | "type">,
    palette?: readonly Colour[],
  ): Promise<SampleWriter> {
    const writer = await openSampleFile(file, { ...this.#size, ...form }, { palette, stacks: this.#stacks });
    this.#writers.push(writer);
    return writer;
  }

  async discard(): Promise<void> {
    for (const writer of this.#writers) await writer.discard();
  }
}

/** Classes of label files are 8 bits, 16 where there are more than a palette has. */
async function labelSinks(
  files: ClassFiles,
  { palette }: FileSinkOptions,
  opened: OpenedFiles,
): Promise<readonly LabelSink[]> {
  const sinks: LabelSink[] = [];
  const wide = palette.length > ignoredIndex;
  for (const file of files.labels) {
    const coloured = file.format === "png" && !wide ? palette : undefined;
    const writer = await opened.open(file, { channels: 1, type: wide ? "uint16" : "uint8" }, coloured);
    const samples = (values: ArrayLike<number>) =>
      wide ? Uint16Array.from(values) : values instanceof Uint8Array ? values : Uint8Array.from(values);
    sinks.push({ ...ends(writer), write: ({ values }) => writer.write(samples(values)) });
  }
  if (files.overlay === undefined) return sinks;
  const writer = await opened.open(files.overlay, { channels: 3, type: "uint8" });
  const write: LabelSink["write"] = (labels, shown) =>
    writer.write(overlay(shown, labels, palette, overlayOpacity).data);
  return [...sinks, { ...ends(writer), write }];
}

/** PNG files are 16-bit grey, one a class, and 65535 is a probability of 1 or the entropy of equally probable classes; others are float32. */
async function valueSinks(
  { probabilities, uncertainty }: ClassFiles,
  { palette }: FileSinkOptions,
  opened: OpenedFiles,
): Promise<readonly ValueSink[]> {
  const sinks: ValueSink[] = [];
  const add = async (file: SampleFile, channels: number, samplesOf: (rows: ClassValues) => Samples) => {
    const writer = await opened.open(file, { channels, type: file.format === "png" ? "uint16" : "float32" });
    sinks.push({ ...ends(writer), write: (rows) => writer.write(samplesOf(rows)) });
  };
  for (const { paths, ...file } of probabilities)
    for (const [place, path] of paths.entries()) {
      if (file.format === "png")
        await add({ ...file, path }, 1, ({ probabilities: { data } }) => greyOf(data, palette.length, place));
      else await add({ ...file, path }, palette.length, ({ probabilities: { data } }) => data);
    }
  const most = Math.log(palette.length);
  for (const [files, of] of [
    [uncertainty.entropy, entropyOf],
    [uncertainty.information, informationOf],
  ] as const)
    for (const file of files)
      await add(file, 1, (rows) => (file.format === "png" ? sixteenBits(of(rows), most) : of(rows)));
  return sinks;
}

function ends(writer: SampleWriter): Sink {
  return { finish: () => writer.finish(), discard: () => writer.discard() };
}

/** One class of probabilities, 0 to 65535. */
function greyOf(data: Float32Array, classes: number, place: number): Uint16Array {
  return sixteenBits(
    Float32Array.from({ length: data.length / classes }, (_, pixel) => data[pixel * classes + place] ?? 0),
    1,
  );
}
