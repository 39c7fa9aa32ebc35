/** The loop of a training run: steps, the log, validation, the best weights, checkpoints. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { trainingBatches, validationBatches } from "../data/batches.ts";
import type { Batch, Normalisation } from "../data/data-set.ts";
import { NotFinite, type Session, type StepResult } from "../engines/engine.ts";
import { ConfusionMatrix } from "../metrics/confusion.ts";
import { UserError } from "../user-error.ts";
import { isBetter, keptValue, readMetrics, writeMetrics } from "./best.ts";
import { type RunState, writeCheckpoint } from "./checkpoint.ts";
import { type LabelledBatch, labelledBatch } from "./labelled-batch.ts";
import { letEventsIn } from "./let-events-in.ts";
import { appendLine, type EpochLine } from "./metrics-log.ts";
import { planOf } from "./resume.ts";
import { learningRate } from "./schedule.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { TrainOptions, TrainResult } from "./train-options.ts";
import { type Validation, validate } from "./validate.ts";
import { writeWeights } from "./weights-file.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

export interface ReadyRun {
  readonly network: CompiledNetwork;
  readonly options: TrainOptions;
  readonly session: Session;
  readonly normalisation: Normalisation;
  readonly classWeights: readonly number[] | undefined;
  readonly stepsPerEpoch: number;
}

/** Lines of steps in the log for each epoch. */
const groupsPerEpoch = 10;

export class EpochRunner {
  readonly #ready: ReadyRun;
  readonly #stepsPerEpoch: number;
  readonly #groupSize: number;
  readonly #watch: Stopwatch;
  readonly #firstStep: number;
  #epoch: number;
  #step: number;
  #stepInEpoch: number;
  #epochLoss: number;
  #groupLoss: number;
  #groupSteps: number;
  #confusion: ConfusionMatrix;
  #best: RunState["best"];
  /** Images, and seconds from batch to batch, of the steps since the last line of the log and of the epoch. */
  #group = { images: 0, seconds: 0 };
  #pace = { images: 0, seconds: 0 };

  constructor(ready: ReadyRun, from: RunState | undefined) {
    this.#ready = ready;
    const { configuration } = ready.options;
    this.#stepsPerEpoch = ready.stepsPerEpoch;
    this.#groupSize = Math.max(1, Math.round(this.#stepsPerEpoch / groupsPerEpoch));
    this.#watch = new Stopwatch(from?.seconds ?? 0);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#firstStep = this.#step;
    this.#stepInEpoch = from?.stepInEpoch ?? 0;
    this.#epochLoss = from?.epochLoss ?? 0;
    this.#groupLoss = from?.groupLoss ?? 0;
    this.#groupSteps = from?.groupSteps ?? 0;
    this.#best = from?.best ?? null;
    const { classes } = configuration.masks;
    this.#confusion =
      from === undefined ? new ConfusionMatrix(classes) : ConfusionMatrix.of(classes, from.confusion);
  }

  async run(): Promise<TrainResult> {
    const { options, classWeights } = this.#ready;
    const { configuration, data, observer } = options;
    observer?.({
      kind: "begins",
      plan: {
        trainingImages: data.training.length,
        validationImages: data.validation.length,
        stepsPerEpoch: this.#stepsPerEpoch,
        epochs: configuration.epochs,
        step: this.#step,
        classWeights,
      },
    });
    while (this.#epoch < configuration.epochs) {
      if (this.#withoutGain()) return this.#result("early");
      if (!(await this.#trainEpoch())) return this.#interrupted();
      const validation = await this.#validate();
      if (validation === undefined) return this.#interrupted();
      await this.#endEpoch(validation);
    }
    return this.#result("finished");
  }

  /** `false`: the signal came before the epoch's last step. */
  async #trainEpoch(): Promise<boolean> {
    const { network, options, session, normalisation } = this.#ready;
    const { configuration, data, signal } = options;
    if (this.#stepInEpoch === this.#stepsPerEpoch) return true; // interrupted while validating
    const steps = configuration.epochs * this.#stepsPerEpoch;
    const batches = trainingBatches(data, {
      channels: normalisation.mean.length,
      normalisation,
      augment: configuration.augment,
      batch: configuration.batch,
      seed: configuration.seed,
      epoch: this.#epoch,
      skip: this.#stepInEpoch,
    });
    let before = performance.now();
    for await (const batch of batches) {
      const labelled = labelledBatch(network.graph, batch);
      const rate = learningRate(configuration.schedule, configuration.optimizer.rate, this.#step, steps);
      const result = await this.#update(session, labelled, rate);
      const now = performance.now();
      this.#count(batch, labelled, result, (now - before) / 1000);
      before = now;
      if (this.#stepInEpoch % this.#groupSize === 0 || this.#stepInEpoch === this.#stepsPerEpoch) {
        await this.#logGroup(rate);
      }
      this.#observeStep();
      await letEventsIn();
      if (signal?.aborted) return false;
    }
    if (this.#stepInEpoch !== this.#stepsPerEpoch) {
      throw new Error(
        `epoch ${this.#epoch + 1} had ${this.#stepInEpoch} steps instead of ${this.#stepsPerEpoch}`,
      );
    }
    return true;
  }

  async #update(session: Session, { inputs, labels }: LabelledBatch, rate: number): Promise<StepResult> {
    try {
      return await session.step(inputs, labels, rate);
    } catch (error) {
      if (!(error instanceof NotFinite)) throw error;
      const { folder } = this.#ready.options;
      const kept =
        this.#epoch === 0 && this.#firstStep === 0
          ? "no checkpoint was written yet"
          : `${folder.checkpoint} holds the last good state`;
      throw new UserError(
        `the loss is no longer a finite number at step ${this.#step + 1} (epoch ${this.#epoch + 1}); ${kept}`,
        `the learning rate (${rate}) is most likely too high: try a tenth of it, by --rate or in the train section's optimizer; batchnorm after the convolutions also helps`,
      );
    }
  }

  #count(batch: Batch, labelled: LabelledBatch, { loss, predictions }: StepResult, seconds: number): void {
    const first = labelled.labels.get(this.#ready.network.graph.outputs[0]?.name ?? "");
    if (first === undefined) throw new Error("a network without outputs was trained");
    this.#confusion.add(predictions.data, first.data);
    this.#step += 1;
    this.#stepInEpoch += 1;
    this.#epochLoss += loss;
    this.#groupLoss += loss;
    this.#groupSteps += 1;
    for (const part of [this.#group, this.#pace]) {
      part.images += batch.names.length;
      part.seconds += seconds;
    }
  }

  async #logGroup(rate: number): Promise<void> {
    await appendLine(this.#ready.options.folder.log, {
      kind: "steps",
      epoch: this.#epoch + 1,
      step: this.#step,
      loss: this.#groupLoss / this.#groupSteps,
      rate,
      mean_iou: this.#confusion.meanIoU(),
      images_per_second: this.#group.images / this.#group.seconds,
      seconds: this.#watch.total,
    });
    this.#groupLoss = 0;
    this.#groupSteps = 0;
    this.#group = { images: 0, seconds: 0 };
  }

  #observeStep(): void {
    const { observer, configuration } = this.#ready.options;
    const left = configuration.epochs * this.#stepsPerEpoch - this.#step;
    observer?.({
      kind: "step",
      progress: {
        epoch: this.#epoch + 1,
        step: this.#step,
        stepInEpoch: this.#stepInEpoch,
        loss: this.#epochLoss / this.#stepInEpoch,
        meanIoU: this.#confusion.meanIoU(),
        imagesPerSecond: this.#pace.images / this.#pace.seconds,
        secondsLeft: (left * this.#watch.here) / (this.#step - this.#firstStep),
      },
    });
  }

  /** `undefined`: the signal came. Without validation images the training batches' own counts are taken. */
  async #validate(): Promise<Validation | undefined> {
    const { network, options, session, normalisation } = this.#ready;
    const { data, configuration, observer, signal } = options;
    if (data.validation.length === 0) return { confusion: this.#confusion, loss: undefined, images: 0 };
    return validate(
      network.graph,
      session,
      validationBatches(data, { batch: 1, channels: normalisation.mean.length, normalisation }),
      configuration.masks.classes,
      (done) => observer?.({ kind: "validating", done, of: data.validation.length }),
      signal,
    );
  }

  async #endEpoch({ confusion, loss, images }: Validation): Promise<void> {
    const { network, options, session } = this.#ready;
    const { configuration, folder, observer } = options;
    const trainingLoss = this.#epochLoss / this.#stepsPerEpoch;
    const value = keptValue(configuration.keep, confusion, loss ?? trainingLoss);
    const better = isBetter(configuration.keep, value, this.#best?.value);
    this.#epoch += 1;
    if (better && value !== undefined) {
      this.#best = { value, epoch: this.#epoch };
      await writeWeights(folder.weights, await session.readWeights(), this.#metadata());
      await writeMetrics(folder.metrics, {
        network: network.name,
        epoch: this.#epoch,
        step: this.#step,
        loss: loss ?? trainingLoss,
        measured_on: images > 0 ? "validation" : "training",
        ...confusion.toJson(),
      });
    }
    const line: EpochLine = {
      kind: "epoch",
      epoch: this.#epoch,
      step: this.#step,
      loss: trainingLoss,
      rate: learningRate(
        configuration.schedule,
        configuration.optimizer.rate,
        this.#step - 1,
        configuration.epochs * this.#stepsPerEpoch,
      ),
      mean_iou: confusion.meanIoU(),
      pixel_accuracy: confusion.pixelAccuracy(),
      mean_accuracy: confusion.meanAccuracy(),
      frequency_weighted_iou: confusion.frequencyWeightedIoU(),
      class_iou: confusion.iou(),
      validation_loss: loss ?? null,
      training_mean_iou: this.#confusion.meanIoU(),
      best: better,
      images_per_second: this.#pace.seconds === 0 ? 0 : this.#pace.images / this.#pace.seconds,
      seconds: this.#watch.total,
    };
    await appendLine(folder.log, line);
    this.#stepInEpoch = 0;
    this.#epochLoss = 0;
    this.#confusion = new ConfusionMatrix(configuration.masks.classes);
    this.#pace = { images: 0, seconds: 0 };
    await this.#checkpoint();
    observer?.({ kind: "epoch", line });
  }

  #withoutGain(): boolean {
    const { patience } = this.#ready.options.configuration.keep;
    return patience !== undefined && this.#best !== null && this.#epoch - this.#best.epoch >= patience;
  }

  async #interrupted(): Promise<TrainResult> {
    await this.#checkpoint();
    return this.#result("interrupted");
  }

  async #checkpoint(): Promise<void> {
    const { options, session } = this.#ready;
    await writeCheckpoint(options.folder.checkpoint, session, this.#metadata(), planOf(options), {
      step: this.#step,
      epoch: this.#epoch,
      stepInEpoch: this.#stepInEpoch,
      epochLoss: this.#epochLoss,
      groupLoss: this.#groupLoss,
      groupSteps: this.#groupSteps,
      confusion: this.#confusion.counts(),
      best: this.#best,
      seconds: this.#watch.total,
    });
  }

  #metadata(): WeightsMetadata {
    const { network, options, normalisation } = this.#ready;
    return {
      network: network.name,
      parameters: network.parameters,
      source: options.source,
      classes: options.configuration.masks.classes,
      normalisation,
      step: this.#step,
      epoch: this.#epoch,
      version: options.version,
    };
  }

  async #result(ended: TrainResult["ended"]): Promise<TrainResult> {
    return {
      ended,
      epochs: this.#epoch,
      steps: this.#step,
      seconds: this.#watch.total,
      best: this.#best === null ? undefined : await readMetrics(this.#ready.options.folder.metrics),
    };
  }
}
