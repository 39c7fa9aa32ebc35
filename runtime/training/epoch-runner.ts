/** The loop of a training run: steps, the log, validation, the best weights, checkpoints. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { trainingBatches, validationBatches } from "../data/batches.ts";
import { NotFinite, type Session, type StepResult } from "../engines/engine.ts";
import { learnedTarget } from "../prediction/learned-target.ts";
import { patchwise } from "../prediction/patches.ts";
import { UserError } from "../user-error.ts";
import { isBetter, keptValue, readMetrics, writeMetrics } from "./best.ts";
import { type RunState, writeCheckpoint } from "./checkpoint.ts";
import { EpochTally } from "./epoch-tally.ts";
import { letEventsIn } from "./let-events-in.ts";
import { appendLine, type EpochLine } from "./metrics-log.ts";
import { type OutputPlan, outputPlans } from "./output-plans.ts";
import type { PreparedData } from "./prepare-data.ts";
import { planOf } from "./resume.ts";
import { learningRate } from "./schedule.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { TrainOptions, TrainResult } from "./train-options.ts";
import { type TrainedBatch, trainedBatch } from "./trained-batch.ts";
import { type Validation, validate } from "./validate.ts";
import { writeWeights } from "./weights-file.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

export interface ReadyRun extends PreparedData {
  readonly network: CompiledNetwork;
  readonly options: TrainOptions;
  readonly session: Session;
}

/** Lines of steps in the log for each epoch. */
const groupsPerEpoch = 10;

export class EpochRunner {
  readonly #ready: ReadyRun;
  readonly #outputs: readonly OutputPlan[];
  readonly #groupSize: number;
  readonly #watch: Stopwatch;
  /** Updates that earlier parts of the run made. */
  readonly #stepsBefore: number;
  #epoch: number;
  #step: number;
  #best: RunState["best"];
  #tally: EpochTally;

  constructor(ready: ReadyRun, from: RunState | undefined) {
    this.#ready = ready;
    this.#outputs = outputPlans(ready.network.graph, ready.options.configuration);
    this.#groupSize = Math.max(1, Math.round(ready.stepsPerEpoch / groupsPerEpoch));
    this.#watch = new Stopwatch(from?.seconds ?? 0);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#stepsBefore = this.#step;
    this.#best = from?.best ?? null;
    this.#tally = new EpochTally(this.#outputs, ready.options.configuration.masks.classes, from);
  }

  async run(): Promise<TrainResult> {
    const { options, classWeights, stepsPerEpoch } = this.#ready;
    const { configuration, data, observer } = options;
    observer?.({
      kind: "begins",
      plan: {
        trainingImages: data.training.length,
        validationImages: data.validation.length,
        stepsPerEpoch,
        epochs: configuration.epochs,
        step: this.#step,
        classWeights,
      },
    });
    while (this.#epoch < configuration.epochs) {
      if (this.#withoutImprovement()) return this.#result("early");
      const whole = await this.#trainEpoch();
      const validation = whole ? await this.#validate() : undefined;
      if (validation === undefined) {
        await this.#writeCheckpoint();
        return this.#result("interrupted");
      }
      await this.#endEpoch(validation);
    }
    return this.#result("finished");
  }

  /** `false`: the signal came before the epoch's last step. */
  async #trainEpoch(): Promise<boolean> {
    const { network, options, session, normalisation, inputs, stepsPerEpoch } = this.#ready;
    const { configuration, data, signal } = options;
    const skip = this.#tally.steps;
    if (skip === stepsPerEpoch) return true; // interrupted while validating
    const channels = normalisation.mean.length;
    const batches = trainingBatches(data, {
      augment: configuration.augment,
      batch: configuration.batch,
      seed: configuration.seed,
      channels,
      inputs,
      normalisation,
      epoch: this.#epoch,
      skip,
    });
    let before = performance.now();
    for await (const batch of batches) {
      const trained = trainedBatch(network.graph, this.#outputs, inputs.shrink, batch);
      const rate = this.#rateOf(this.#step);
      const { loss, losses, predictions } = await this.#update(session, trained, rate);
      const now = performance.now();
      this.#step += 1;
      this.#tally.count({
        loss,
        losses,
        images: batch.names.length,
        seconds: (now - before) / 1000,
        predictions,
        truths: trained.truths,
      });
      before = now;
      if (this.#tally.steps % this.#groupSize === 0 || this.#tally.steps === stepsPerEpoch)
        await this.#logGroup(rate);
      this.#observeStep();
      await letEventsIn();
      if (signal?.aborted) return false;
    }
    if (this.#tally.steps === stepsPerEpoch) return true;
    throw new Error(`epoch ${this.#epoch + 1} had ${this.#tally.steps} steps instead of ${stepsPerEpoch}`);
  }

  async #update(session: Session, { fit, inputs, targets }: TrainedBatch, rate: number): Promise<StepResult> {
    try {
      return await patchwise(session, fit).step(inputs, targets, rate);
    } catch (error) {
      if (!(error instanceof NotFinite)) throw error;
      const { checkpoint } = this.#ready.options.folder;
      const written = this.#epoch > 0 || this.#stepsBefore > 0;
      throw new UserError(
        `the loss is no longer a finite number at step ${this.#step + 1} (epoch ${this.#epoch + 1}); ` +
          (written ? `${checkpoint} holds the last good state` : "no checkpoint was written yet"),
        `the learning rate (${rate}) is most likely too high: try a tenth of it, by --learning-rate or in the train section's optimizer; batchnorm after the convolutions also helps`,
      );
    }
  }

  /** Of the update that follows `step` others. */
  #rateOf(step: number): number {
    const { optimizer, schedule, epochs } = this.#ready.options.configuration;
    return learningRate(schedule, optimizer.learningRate, step, epochs * this.#ready.stepsPerEpoch);
  }

  async #logGroup(rate: number): Promise<void> {
    const { loss, imagesPerSecond } = this.#tally.takeGroup();
    await appendLine(this.#ready.options.folder.log, {
      kind: "steps",
      epoch: this.#epoch + 1,
      step: this.#step,
      loss,
      rate,
      mean_iou: this.#tally.confusion.meanIoU(),
      images_per_second: imagesPerSecond,
      seconds: this.#watch.total,
    });
  }

  #observeStep(): void {
    const { options, stepsPerEpoch } = this.#ready;
    const left = options.configuration.epochs * stepsPerEpoch - this.#step;
    options.observer?.({
      kind: "step",
      progress: {
        epoch: this.#epoch + 1,
        step: this.#step,
        stepInEpoch: this.#tally.steps,
        loss: this.#tally.loss,
        meanIoU: this.#tally.confusion.meanIoU(),
        imagesPerSecond: this.#tally.imagesPerSecond,
        secondsLeft: (left * this.#watch.here) / (this.#step - this.#stepsBefore),
      },
    });
  }

  /** `undefined`: the signal came. Without validation images the training batches' own counts are taken. */
  async #validate(): Promise<Validation | undefined> {
    const { network, options, session, normalisation, inputs } = this.#ready;
    const { data, configuration, observer, signal } = options;
    if (data.validation.length === 0) {
      const { confusion, metrics, losses } = this.#tally;
      return { confusion, outputs: metrics.values(), loss: undefined, losses, images: 0 };
    }
    return validate(
      network.graph,
      session,
      validationBatches(data, { batch: 1, channels: normalisation.mean.length, normalisation, inputs }),
      {
        outputs: this.#outputs,
        classes: configuration.masks.classes,
        shrink: inputs.shrink,
        counted: (done) => observer?.({ kind: "validating", done, of: data.validation.length }),
        signal,
      },
    );
  }

  async #endEpoch({ confusion, outputs, loss, losses, images }: Validation): Promise<void> {
    const { network, options, session } = this.#ready;
    const { configuration, folder, observer } = options;
    const tally = this.#tally;
    const value = keptValue(configuration.keep, { confusion, outputs, loss: loss ?? tally.loss, losses });
    const better = isBetter(configuration, value, this.#best?.value);
    this.#epoch += 1;
    this.#tally = new EpochTally(this.#outputs, configuration.masks.classes);
    if (better && value !== undefined) {
      this.#best = { value, epoch: this.#epoch };
      await writeWeights(folder.weights, await session.readWeights(), this.#metadata());
      await writeMetrics(folder.metrics, {
        network: network.name,
        epoch: this.#epoch,
        step: this.#step,
        loss: loss ?? tally.loss,
        measured_on: images > 0 ? "validation" : "training",
        ...confusion.toJson(),
        outputs,
        losses,
      });
    }
    const line: EpochLine = {
      kind: "epoch",
      epoch: this.#epoch,
      step: this.#step,
      loss: tally.loss,
      rate: this.#rateOf(this.#step - 1),
      mean_iou: confusion.meanIoU(),
      pixel_accuracy: confusion.pixelAccuracy(),
      mean_accuracy: confusion.meanAccuracy(),
      frequency_weighted_iou: confusion.frequencyWeightedIoU(),
      class_iou: confusion.iou(),
      validation_loss: loss ?? null,
      training_mean_iou: tally.confusion.meanIoU(),
      outputs,
      losses,
      best: better,
      images_per_second: tally.imagesPerSecond,
      seconds: this.#watch.total,
    };
    await appendLine(folder.log, line);
    await this.#writeCheckpoint();
    observer?.({ kind: "epoch", line });
  }

  #withoutImprovement(): boolean {
    const { patience } = this.#ready.options.configuration.keep;
    return patience !== undefined && this.#best !== null && this.#epoch - this.#best.epoch >= patience;
  }

  async #writeCheckpoint(): Promise<void> {
    const { options, session } = this.#ready;
    await writeCheckpoint(options.folder.checkpoint, session, this.#metadata(), planOf(options), {
      ...this.#tally.state,
      step: this.#step,
      epoch: this.#epoch,
      best: this.#best,
      seconds: this.#watch.total,
    });
  }

  #metadata(): WeightsMetadata {
    const { network, options, normalisation, inputs, classWeights, binWeights } = this.#ready;
    return {
      network: network.name,
      parameters: network.parameters,
      source: options.source,
      classes: options.configuration.masks.classes,
      normalisation,
      otherNormalisations: Object.fromEntries(
        inputs.others.map((input) => [input.name, input.normalisation]),
      ),
      targets: Object.fromEntries(this.#outputs.map(({ name, target }) => [name, learnedTarget(target)])),
      classWeights,
      binWeights,
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
