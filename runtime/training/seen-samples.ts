/** Samples as a training step sees them, as pictures: inputs after every change of them, targets after the same changes. */
import type { Colour } from "../../compiler/colour/class-palette.ts";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch } from "../arrays.ts";
import { trainingBatches, validationBatches } from "../data/batches.ts";
import type { Batch, DataSet } from "../data/data-set.ts";
import { channelsOfLayer } from "../data/layers/registry.ts";
import { imageScene } from "../fit/fit.ts";
import { overlay } from "../images/overlay.ts";
import type { Raster } from "../images/raster.ts";
import { learnedTarget, previewOfMap } from "../targets/registry.ts";
import { inputPlans, type OutputPlan, outputPlans, targetPlans } from "./output-plans.ts";

export interface SeenSample {
  readonly name: string;
  /** Inputs, then targets. */
  readonly pictures: readonly { readonly title: string; readonly picture: Raster }[];
}

export interface SeenOptions {
  readonly data: DataSet;
  readonly configuration: TrainConfiguration;
  readonly split: "training" | "validation" | "test";
  /** Of the training pairs. */
  readonly epoch: number;
  /** The most samples. */
  readonly count: number;
  /** A colour a class, then that of ignored pixels. */
  readonly palette: readonly Colour[];
}

/** How much of the class's colour is seen over the image. */
const opacity = 0.5;
/** Samples outside 0 … 1, as a share, by which an image is taken for one without that range. */
const strays = 0.02;

/**
 * In the order of the epoch. Images are as they are before the normalisation, which takes nothing away from them.
 * @throws UserError naming the file that cannot be used
 */
export async function* seenSamples(
  graph: Graph,
  { data, configuration, split, epoch, count, palette }: SeenOptions,
): AsyncGenerator<SeenSample, void, undefined> {
  const outputs = outputPlans(graph, configuration);
  const { finest } = imageScene(graph);
  const inputs = inputPlans(graph, configuration).map((input) => {
    const channels = channelsOfLayer(input.layer.source);
    const normalisation = { mean: Array(channels).fill(0), deviation: Array(channels).fill(1) };
    return { ...input, normalisation };
  });
  const { augment, batch, seed, lastBatch } = configuration;
  const plans = { inputs, targets: targetPlans(outputs), batch };
  const pairs = split === "training" ? data.training : split === "test" ? (data.test ?? []) : data.validation;
  const batches =
    split === "training"
      ? trainingBatches(data, { ...plans, augment, seed, epoch, lastBatch })
      : validationBatches({ ...data, validation: pairs }, plans);
  let given = 0;
  for await (const made of batches) {
    for (let i = 0; i < made.names.length && given < count; i++, given++)
      yield sampleAt(made, i, { outputs, palette, shown: finest });
    if (given >= count) return;
  }
}

function sampleAt(
  { names, size, inputs, targets }: Batch,
  i: number,
  {
    outputs,
    palette,
    shown,
  }: {
    readonly outputs: readonly OutputPlan[];
    readonly palette: readonly Colour[];
    /** The input over which targets are drawn. */
    readonly shown: string;
  },
): SeenSample {
  const given = [...inputs].map(([title, map]) => ({ title, picture: imageOf(part(map, i)) }));
  const below = given.find(({ title }) => title === shown);
  if (below === undefined) throw new Error("a network has an input");
  const image = enlarged(below.picture, size);
  const learned = outputs.flatMap(({ name, target }) => {
    const truth = targets.get(name);
    if (truth === undefined) return [];
    if (truth.kind === "map") {
      const map = part(truth, i);
      return [{ title: name, picture: previewOfMap(map, learnedTarget(target), image, map) }];
    }
    const [height, width] = size;
    const classes = truth.data.subarray(i * height * width, (i + 1) * height * width);
    // the colour of what is ignored comes after those of the classes
    const values = classes.map((value) => (value < 0 ? palette.length - 1 : value));
    return [{ title: name, picture: overlay(image, { height, width, values }, palette, opacity) }];
  });
  return { name: names[i] ?? "", pictures: [...given, ...learned] };
}

function part({ data, shape: [, height, width, channels] }: MapBatch, i: number): MapBatch {
  const length = height * width * channels;
  return { data: data.slice(i * length, (i + 1) * length), shape: [1, height, width, channels] };
}

/** Noise may take few samples beyond black and white; an image without this range keeps its own. */
function imageOf({ data, shape: [, height, width, channels] }: MapBatch): Raster {
  const outside = data.reduce((count, value) => count + (value < 0 || value > 1 ? 1 : 0), 0);
  const shown = outside > strays * data.length ? data : data.map((value) => Math.min(1, Math.max(0, value)));
  return { height, width, channels, fullScale: 1, data: shown };
}

/** The nearest pixels at a size, that of the targets, where the input has another. */
function enlarged(image: Raster, [height, width]: readonly [number, number]): Raster {
  if (image.height === height && image.width === width) return image;
  const { channels } = image;
  const data = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const row = Math.min(image.height - 1, Math.floor((y * image.height) / height));
    for (let x = 0; x < width; x++) {
      const from = row * image.width + Math.min(image.width - 1, Math.floor((x * image.width) / width));
      for (let c = 0; c < channels; c++)
        data[(y * width + x) * channels + c] = image.data[from * channels + c] ?? 0;
    }
  }
  return { height, width, channels, fullScale: 1, data };
}
