/** The metrics of predictions that a fully connected conditional random field refines, beside those of the network. */
import type { Normalisation } from "../arrays.ts";
import { coloursOfBatch } from "../crf/colour-image.ts";
import type { CrfParameters } from "../crf/parameters.ts";
import { ConfusionMatrix, type MetricsJson } from "../metrics/confusion.ts";
import { TrimapCounts, type TrimapMetrics } from "../metrics/trimap.ts";
import { chosenClasses } from "../prediction/argmax.ts";
import { letEventsIn } from "../training/let-events-in.ts";
import type { MeasuredBatch } from "../training/validate.ts";
import { refineProbabilities } from "./refine-probabilities.ts";

export interface RefinedCountsOptions {
  readonly classes: readonly string[];
  /** Of the batches' images. */
  readonly normalisation: Normalisation;
  /** Of trimaps, pixels. */
  readonly widths: readonly number[];
}

export interface RefinedMetrics extends MetricsJson {
  readonly parameters: CrfParameters;
  /** Left out where no widths are asked for. */
  readonly trimap?: readonly TrimapMetrics[];
}

export class RefinedCounts {
  readonly #parameters: CrfParameters;
  readonly #options: RefinedCountsOptions;
  readonly #confusion: ConfusionMatrix;
  readonly #bands: TrimapCounts;

  constructor(parameters: CrfParameters, options: RefinedCountsOptions) {
    this.#parameters = parameters;
    this.#options = options;
    this.#confusion = new ConfusionMatrix(options.classes);
    this.#bands = new TrimapCounts(options.classes, options.widths);
  }

  /** @throws UserError as `refineProbabilities` */
  async add({ batch, probabilities }: MeasuredBatch): Promise<void> {
    const { data, shape } = await probabilities();
    const [count, height, width, classes] = shape;
    const pixels = height * width;
    for (let i = 0; i < count; i++) {
      const image = coloursOfBatch(batch.images, this.#options.normalisation, i);
      const own = data.subarray(i * pixels * classes, (i + 1) * pixels * classes);
      const refined = refineProbabilities(
        { data: own, shape: [1, height, width, classes] },
        image,
        this.#parameters,
      );
      const predicted = chosenClasses(refined).data;
      const values = batch.labels.data.subarray(i * pixels, (i + 1) * pixels);
      this.#confusion.add(predicted, values);
      this.#bands.add(predicted, { width, height, values });
      await letEventsIn();
    }
  }

  toJson(): RefinedMetrics {
    return {
      parameters: this.#parameters,
      ...this.#confusion.toJson(),
      ...(this.#options.widths.length === 0 ? {} : { trimap: this.#bands.toJson() }),
    };
  }
}
