/** The loop of a training run: steps, the log, validation, the best weights, checkpoints. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { afterValidation, learningRate } from "../../compiler/learning/schedules/registry.ts";
import { trainingBatches, validationBatches } from "../data/batches.ts";
import type { Session } from "../engines/engine.ts";
import { isBetter, keptBetter, keptValue } from "./best.ts";
import type { RunState, SessionSnapshot } from "./checkpoint.ts";
import { diverged, endedBy, notFiniteIn, notFiniteOf } from "./diverged.ts";
import { bestMetrics, epochLine, finiteOrNull } from "./epoch-record.ts";
import { EpochTally } from "./epoch-tally.ts";
import { inGroups } from "./in-groups.ts";
import { keptWeights } from "./kept-weights.ts";
import { letEventsIn } from "./let-events-in.ts";
import { imageScale, type OutputPlan, outputPlans, targetPlans, withQuickMeasures } from "./output-plans.ts";
import type { PreparedData } from "./prepare-data.ts";
import { runMetadata } from "./run-metadata.ts";
import type { RunPlan } from "./run-plan.ts";
import { RunWriter } from "./run-writer.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { EventFile } from "./tensorboard/event-file.ts";
import type { TrainOptions, TrainResult } from "./train-options.ts";
import { trainedBatch } from "./trained-batch.ts";
import { updateFrom } from "./update-from.ts";
import { type Validation, validate } from "./validate.ts";
import { frozenIn, weightGroups } from "./weight-groups.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

export interface ReadyRun extends PreparedData {
  readonly network: CompiledNetwork;
  readonly options: TrainOptions;
  readonly plan: RunPlan;
  readonly session: Session;
  readonly events: EventFile | undefined;
}

/** Lines of steps in the log for each epoch. */
const groupsPerEpoch = 10;
/** Seconds. */
const usualCheckpointInterval = 600;

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
  #last: RunState["last"];
  #schedule: RunState["schedule"];
  readonly #writer: RunWriter;
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
    this.#last = from?.last ?? null;
    this.#schedule = from?.schedule ?? {};
    this.#writer = new RunWriter(ready.options.folder, ready.plan, from, {
      keptCheckpoints: ready.options.keptCheckpoints,
      events: ready.events,
    });
    this.#tally = this.#newTally(from);
  }

  /** What takes time is measured on the training batches only where there are no validation images. */
  #newTally(from?: RunState): EpochTally {
    const { configuration, data } = this.#ready.options;
    const outputs = data.validation.length === 0 ? this.#outputs : withQuickMeasures(this.#outputs);
    return new EpochTally(outputs, configuration.masks.classes, from);
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
      if (this.#epoch >= (options.stopAfter ?? Number.POSITIVE_INFINITY)) return this.#result("paused");
      const whole = await this.#orEnd(() => this.#trainEpoch());
      const validation = whole ? await this.#orEnd(() => this.#validate()) : undefined;
      if (validation === undefined) {
        await this.#writeCheckpoint(await this.#finiteSnapshot());
        return this.#result("interrupted");
      }
      await this.#endEpoch(validation);
    }
    return this.#result("finished");
  }

  /** @throws UserError of data or the engine with what of the run is on disk */
  async #orEnd<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw endedBy(error, this.#writer.lastCheckpoint);
    }
  }

  /** `false`: the signal came before the epoch's last step. */
  async #trainEpoch(): Promise<boolean> {
    const { network, options, session, inputs, stepsPerEpoch } = this.#ready;
    const { configuration, data, signal } = options;
    const { accumulate = 1 } = configuration;
    const skip = this.#tally.steps;
    if (skip === stepsPerEpoch) return true; // interrupted while validating
    const interval = options.checkpointInterval ?? usualCheckpointInterval;
    const batches = trainingBatches(data, {
      augment: configuration.augment,
      batch: configuration.batch,
      lastBatch: configuration.lastBatch,
      seed: configuration.seed,
      inputs,
      targets: targetPlans(this.#outputs),
      epoch: this.#epoch,
      skip: skip * accumulate,
    });
    const groups = weightGroups(network.graph, configuration);
    const scale = imageScale(network.graph, configuration);
    const frozen = frozenIn(network.graph, configuration, this.#epoch + 1);
    let before = performance.now();
    for await (const group of inGroups(batches, accumulate)) {
      const trained = group.map((batch) => trainedBatch(network.graph, this.#outputs, scale, batch));
      const rate = this.#rateOf(this.#step);
      const groupRates = groups.map(({ learningRate }) => this.#rateOf(this.#step, learningRate));
      const settings = { learningRate: rate, groupRates, frozen };
      const results = await updateFrom(session, trained, settings, {
        where: `at step ${this.#step + 1} (epoch ${this.#epoch + 1})`,
        checkpoint: this.#writer.lastCheckpoint,
      });
      const now = performance.now();
      this.#step += 1;
      this.#tally.count({
        results: trained.flatMap(({ truths }, place) => {
          const result = results[place];
          return result === undefined ? [] : [{ ...result, truths }];
        }),
        images: group.reduce((sum, { names }) => sum + names.length, 0),
        seconds: (now - before) / 1000,
      });
      before = now;
      if (this.#tally.steps % this.#groupSize === 0 || this.#tally.steps === stepsPerEpoch)
        await this.#logGroup(rate);
      this.#observeStep();
      if (this.#writer.secondsSinceCheckpoint >= interval)
        await this.#writeCheckpoint(await this.#finiteSnapshot());
      await letEventsIn();
      if (signal?.aborted) return false;
    }
    if (this.#tally.steps === stepsPerEpoch) return true;
    throw new Error(`epoch ${this.#epoch + 1} had ${this.#tally.steps} steps instead of ${stepsPerEpoch}`);
  }

  /** Of the update that follows `step` others. @param initial left out: that of the optimizer */
  #rateOf(step: number, initial?: number): number {
    const { stepsPerEpoch, options } = this.#ready;
    const { optimizer, schedule, epochs } = options.configuration;
    const clock = { step, steps: epochs * stepsPerEpoch, stepsPerEpoch };
    return learningRate(schedule, initial ?? optimizer.learningRate, clock, this.#schedule);
  }

  async #logGroup(rate: number): Promise<void> {
    const { loss, imagesPerSecond } = this.#tally.takeGroup();
    await this.#writer.log({
      kind: "steps",
      epoch: this.#epoch + 1,
      step: this.#step,
      loss,
      rate,
      training: finiteOrNull(this.#tally.metrics.values()),
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
        training: this.#tally.metrics.values(),
        imagesPerSecond: this.#tally.imagesPerSecond,
        secondsLeft: (left * this.#watch.here) / (this.#step - this.#stepsBefore),
      },
    });
  }

  /** `undefined`: the signal came. Without validation images the training batches' own counts are taken. */
  async #validate(): Promise<Validation | undefined> {
    const { network, options, session, inputs } = this.#ready;
    const { data, configuration, observer, signal } = options;
    if (data.validation.length === 0) {
      const { metrics, losses } = this.#tally;
      const [outputs, classes] = [metrics.values(), metrics.classes()];
      return { outputs, classes, loss: undefined, losses, images: 0, notFinite: undefined };
    }
    const averaged = configuration.average !== undefined;
    if (averaged) await session.exchangeAverages();
    const validation = await validate(
      network.graph,
      session,
      validationBatches(data, { batch: 1, inputs, targets: targetPlans(this.#outputs) }),
      {
        outputs: this.#outputs,
        classes: configuration.masks.classes,
        scale: imageScale(network.graph, configuration),
        counted: (done) => observer?.({ kind: "validating", done, of: data.validation.length }),
        signal,
      },
    );
    // after an error nothing reads the weights any more
    if (averaged) await session.exchangeAverages();
    return validation;
  }

  async #endEpoch(validation: Validation): Promise<void> {
    const { network, options } = this.#ready;
    const { configuration, observer } = options;
    const { outputs, classes, loss, losses } = validation;
    const tally = this.#tally;
    const snapshot = await this.#finiteSnapshot(validation);
    const value = keptValue(configuration.keep, { outputs, classes, loss: loss ?? tally.loss, losses });
    const better = isBetter(configuration, value, this.#best?.value);
    this.#epoch += 1;
    this.#tally = this.#newTally();
    const moment = {
      epoch: this.#epoch,
      step: this.#step,
      rate: this.#rateOf(this.#step - 1),
      seconds: this.#watch.total,
    };
    const metrics = bestMetrics(network.name, validation, tally, moment);
    this.#last = { value: value !== undefined && Number.isFinite(value) ? value : null, metrics };
    if (better && value !== undefined) this.#best = { value, epoch: this.#epoch, metrics };
    const line = epochLine(metrics, validation, tally, { ...moment, best: better });
    this.#schedule = afterValidation(configuration.schedule, this.#schedule, {
      value,
      better: keptBetter(configuration),
    });
    await this.#writer.log(line);
    await this.#writeCheckpoint(snapshot);
    if (better) await this.#writer.writeBest(keptWeights(snapshot), this.#metadata(), metrics);
    observer?.({ kind: "epoch", line });
  }

  #withoutImprovement(): boolean {
    const { patience } = this.#ready.options.configuration.keep;
    return patience !== undefined && this.#best !== null && this.#epoch - this.#best.epoch >= patience;
  }

  /** @throws UserError when a weight, a state of the optimizer or a validation is not finite: none of it is to be kept. */
  async #finiteSnapshot(validation?: Validation): Promise<SessionSnapshot> {
    const { session } = this.#ready;
    const snapshot = await this.#orEnd(async () => ({
      weights: await session.readWeights(),
      optimizerState: await session.readState(),
    }));
    const kept = notFiniteIn(snapshot);
    const wrong = kept ?? (validation && notFiniteOf(validation));
    if (wrong === undefined) return snapshot;
    const found = kept === undefined ? validation?.notFinite : undefined;
    const on = found === undefined ? "" : ` on ${found.image}`;
    const where = `after step ${this.#step} (epoch ${this.#epoch + 1})${on}`;
    const { lastCheckpoint } = this.#writer;
    throw diverged(wrong, where, lastCheckpoint, this.#rateOf(this.#step - 1), found?.origin);
  }

  async #writeCheckpoint(snapshot: SessionSnapshot): Promise<void> {
    await this.#writer.writeCheckpoint(snapshot, this.#metadata(), {
      ...this.#tally.state,
      step: this.#step,
      epoch: this.#epoch,
      best: this.#best,
      last: this.#last,
      schedule: this.#schedule,
      seconds: this.#watch.total,
      engine: this.#ready.options.engine.name,
    });
  }

  #metadata(): WeightsMetadata {
    return runMetadata(this.#ready, this.#outputs, { step: this.#step, epoch: this.#epoch });
  }

  #result(ended: TrainResult["ended"]): TrainResult {
    return {
      ended,
      epochs: this.#epoch,
      steps: this.#step,
      seconds: this.#watch.total,
      best: this.#best?.metrics,
    };
  }
}
