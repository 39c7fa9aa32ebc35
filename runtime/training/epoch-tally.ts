/** What is counted over the steps of an epoch, and over those since the last line of the log. */
import { ConfusionMatrix } from "../metrics/confusion.ts";
import type { RunState } from "./checkpoint.ts";

type TallyState = Pick<RunState, "stepInEpoch" | "epochLoss" | "groupLoss" | "groupSteps" | "confusion">;

export interface CountedStep {
  readonly loss: number;
  readonly images: number;
  /** From the batch before to the end of this step: waiting for data included. */
  readonly seconds: number;
  /** Class indices, and −1 for ignored labels, as many as each other. */
  readonly predictions: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

export class EpochTally {
  #steps = 0;
  #loss = 0;
  #groupLoss = 0;
  #groupSteps = 0;
  #confusion: ConfusionMatrix;
  #group = { images: 0, seconds: 0 };
  #epoch = { images: 0, seconds: 0 };

  /** `from`: of a run that is resumed. Images and seconds are those of this process alone. */
  constructor(classes: readonly string[], from?: TallyState) {
    this.#confusion =
      from === undefined ? new ConfusionMatrix(classes) : ConfusionMatrix.of(classes, from.confusion);
    if (from === undefined) return;
    this.#steps = from.stepInEpoch;
    this.#loss = from.epochLoss;
    this.#groupLoss = from.groupLoss;
    this.#groupSteps = from.groupSteps;
  }

  count({ loss, images, seconds, predictions, labels }: CountedStep): void {
    this.#confusion.add(predictions, labels);
    this.#steps += 1;
    this.#loss += loss;
    this.#groupLoss += loss;
    this.#groupSteps += 1;
    for (const pace of [this.#group, this.#epoch]) {
      pace.images += images;
      pace.seconds += seconds;
    }
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

  /** Of the training batches. */
  get confusion(): ConfusionMatrix {
    return this.#confusion;
  }

  get imagesPerSecond(): number {
    return rate(this.#epoch);
  }

  get state(): TallyState {
    return {
      stepInEpoch: this.#steps,
      epochLoss: this.#loss,
      groupLoss: this.#groupLoss,
      groupSteps: this.#groupSteps,
      confusion: this.#confusion.counts(),
    };
  }
}

function rate({ images, seconds }: { readonly images: number; readonly seconds: number }): number {
  return seconds === 0 ? 0 : images / seconds;
}
