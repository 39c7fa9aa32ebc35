/** What is counted over the steps of an epoch, and over those since the last line of the log. */
import type { StepResult } from "../engines/engine.ts";
import { type MeasuredOutput, MetricsByOutput } from "../targets/metrics-by-output.ts";
import { decodedMap } from "../targets/registry.ts";
import type { RunState } from "./checkpoint.ts";
import type { TrainedBatch } from "./trained-batch.ts";

type TallyState = Pick<
  RunState,
  "stepInEpoch" | "epochLoss" | "epochLosses" | "groupLoss" | "groupSteps" | "outputs"
>;

export interface CountedStep {
  /** Of its batches, whose losses add up. */
  readonly results: readonly (StepResult & Pick<TrainedBatch, "truths">)[];
  readonly images: number;
  /** From the step before to the end of this one: waiting for data included. */
  readonly seconds: number;
}

export class EpochTally {
  readonly #outputs: readonly MeasuredOutput[];
  #steps = 0;
  #loss = 0;
  readonly #losses: Map<string, number>;
  #groupLoss = 0;
  #groupSteps = 0;
  readonly #metrics: MetricsByOutput;
  #group = { images: 0, seconds: 0 };
  #epoch = { images: 0, seconds: 0 };

  /** `from`: of a run that is resumed. Images and seconds are those of this process alone. */
  constructor(outputs: readonly MeasuredOutput[], classes: readonly string[], from?: TallyState) {
    this.#outputs = outputs;
    this.#metrics = new MetricsByOutput(outputs, classes, from?.outputs);
    this.#losses = new Map(Object.entries(from?.epochLosses ?? {}));
    if (from === undefined) return;
    this.#steps = from.stepInEpoch;
    this.#loss = from.epochLoss;
    this.#groupLoss = from.groupLoss;
    this.#groupSteps = from.groupSteps;
  }

  count({ results, images, seconds }: CountedStep): void {
    for (const result of results) this.#add(result);
    this.#steps += 1;
    this.#groupSteps += 1;
    for (const pace of [this.#group, this.#epoch]) {
      pace.images += images;
      pace.seconds += seconds;
    }
  }

  #add({ loss, losses, predictions, truths }: CountedStep["results"][number]): void {
    for (const { name, target } of this.#outputs) {
      const prediction = predictions.get(name);
      const truth = truths.get(name);
      if (prediction === undefined || truth === undefined) continue;
      const measured = prediction.kind === "map" ? decodedMap(prediction, target) : prediction;
      this.#metrics.add(name, measured, truth);
    }
    this.#loss += loss;
    for (const [output, part] of losses) this.#losses.set(output, (this.#losses.get(output) ?? 0) + part);
    this.#groupLoss += loss;
  }

  /** Since the last time it was asked for. */
  takeGroup(): { readonly loss: number; readonly imagesPerSecond: number } {
    const group = { loss: this.#groupLoss / this.#groupSteps, imagesPerSecond: rate(this.#group) };
    this.#groupLoss = 0;
    this.#groupSteps = 0;
    this.#group = { images: 0, seconds: 0 };
    return group;
  }

  /** Steps of the epoch so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Mean over those. */
  get loss(): number {
    return this.#loss / this.#steps;
  }

  /** The part of each output in it. */
  get losses(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#losses].map(([output, sum]) => [output, sum / this.#steps]));
  }

  /** Of the training batches. */
  get metrics(): MetricsByOutput {
    return this.#metrics;
  }

  get imagesPerSecond(): number {
    return rate(this.#epoch);
  }

  get state(): TallyState {
    return {
      stepInEpoch: this.#steps,
      epochLoss: this.#loss,
      epochLosses: Object.fromEntries(this.#losses),
      groupLoss: this.#groupLoss,
      groupSteps: this.#groupSteps,
      outputs: this.#metrics.counts(),
    };
  }
}

function rate({ images, seconds }: { readonly images: number; readonly seconds: number }): number {
  return seconds === 0 ? 0 : images / seconds;
}
