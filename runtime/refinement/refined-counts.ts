/** The metrics of predictions that a fully connected conditional random field refines, beside those of the network. */
import type { Normalisation } from "../arrays.ts";
import { coloursOfBatch } from "../crf/colour-image.ts";
import type { CrfParameters } from "../crf/parameters.ts";
import { LabelMetrics } from "../metrics/labels.ts";
import type { OutputClasses, OutputValues } from "../metrics/output-metrics.ts";
import { type OutputTrimaps, TrimapCounts } from "../metrics/trimap.ts";
import { chosenClasses } from "../prediction/argmax.ts";
import { letEventsIn } from "../training/let-events-in.ts";
import { truthOf } from "../training/trained-batch.ts";
import type { MeasuredBatch } from "../training/validate.ts";
import { refineProbabilities } from "./refine-probabilities.ts";

export interface RefinedCountsOptions {
  readonly classes: readonly string[];
  /** The input whose colours guide it, and how it was normalised. */
  readonly guide: { readonly input: string; readonly normalisation: Normalisation };
  /** Of trimaps, pixels. */
  readonly widths: readonly number[];
}

/** By output. */
export interface RefinedMetrics {
  readonly parameters: CrfParameters;
  readonly outputs: OutputValues;
  readonly classes: OutputClasses;
  /** Left out where no widths are asked for. */
  readonly trimap?: OutputTrimaps;
}

interface Counts {
  readonly metrics: LabelMetrics;
  readonly bands: TrimapCounts;
}

/** It changes them most. */
const outlines = ["boundary_f", "hausdorff95"];

export class RefinedCounts {
  readonly #parameters: CrfParameters;
  readonly #options: RefinedCountsOptions;
  /** By output. */
  readonly #counts = new Map<string, Counts>();

  constructor(parameters: CrfParameters, options: RefinedCountsOptions) {
    this.#parameters = parameters;
    this.#options = options;
  }

  /** @throws UserError as `refineProbabilities` */
  async add({ output, batch, probabilities }: MeasuredBatch): Promise<void> {
    const { data, shape } = await probabilities();
    const [count, height, width, classes] = shape;
    const pixels = height * width;
    const { metrics, bands } = this.#countsOf(output);
    const { input, normalisation } = this.#options.guide;
    const images = batch.inputs.get(input);
    if (images === undefined) throw new Error(`the batch has no input ${input}`);
    const truth = truthOf(output, batch).data;
    for (let i = 0; i < count; i++) {
      const image = coloursOfBatch(images, normalisation, i);
      const own = data.subarray(i * pixels * classes, (i + 1) * pixels * classes);
      const refined = refineProbabilities(
        { data: own, shape: [1, height, width, classes] },
        image,
        this.#parameters,
      );
      const predicted = chosenClasses(refined).data;
      const values = truth.subarray(i * pixels, (i + 1) * pixels);
      metrics.add({ data: predicted, shape: [1, height, width] }, values);
      bands.add(predicted, { width, height, values });
      await letEventsIn();
    }
  }

  #countsOf(output: string): Counts {
    const { classes, widths } = this.#options;
    const known = this.#counts.get(output);
    if (known !== undefined) return known;
    const counts = { metrics: new LabelMetrics(classes, outlines), bands: new TrimapCounts(classes, widths) };
    this.#counts.set(output, counts);
    return counts;
  }

  toJson(): RefinedMetrics {
    const byOutput = <T>(of: (counts: Counts) => T): Readonly<Record<string, T>> =>
      Object.fromEntries([...this.#counts].map(([name, counts]) => [name, of(counts)]));
    return {
      parameters: this.#parameters,
      outputs: byOutput(({ metrics }) => metrics.values()),
      classes: byOutput(({ metrics }) => metrics.classes()),
      ...(this.#options.widths.length === 0 ? {} : { trimap: byOutput(({ bands }) => bands.toJson()) }),
    };
  }
}
