/** A session of any engine that runs tensor programs: what it computes, in which order, and what changes. */

import type { Graph } from "../../compiler/network/graph.ts";
import { guideInput } from "../../compiler/network/guide-input.ts";
import { isRandomField } from "../../compiler/ops/crf.ts";
import { feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { ruleOf } from "../../compiler/tensors/optimizers/rules.ts";
import type { ComparedOutput } from "../../compiler/tensors/programs/compared-outputs.ts";
import {
  evaluationProgram,
  inputGradientsProgram,
  mapsProgram,
  predictionProgram,
} from "../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram, trainedWeights, updateProgram } from "../../compiler/tensors/programs/training.ts";
import { four } from "../../compiler/tensors/value.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../arrays.ts";
import { coloursOfBatch } from "../crf/colour-image.ts";
import type { ColourImage } from "../crf/image-kernels.ts";
import { UserError } from "../user-error.ts";
import { type CheckedInputs, checkInputs, shapesAt } from "./check-inputs.ts";
import {
  NotFinite,
  type NotFiniteOrigin,
  type Session,
  type SessionOptions,
  type StepResult,
} from "./engine.ts";
import type { Executor, HeldValues, PreparedProgram, ProgramRun } from "./executor.ts";
import { channelsFirst, channelsLast } from "./feeds/channels-first.ts";
import { dropoutSeed } from "./feeds/dropout-mask.ts";
import { type FeedValues, type ProgramFeeds, programFeeds } from "./feeds/program-feeds.ts";
import { type Holder, refuseLargeMaps, refuseLargeWeights } from "./largest-array.ts";
import {
  examinedNodes,
  gradientNotFinite,
  mapNotFinite,
  termNotFinite,
  weightNotFinite,
} from "./not-finite-origin.ts";
import { ProgramCache } from "./program-cache.ts";
import { ProgramState } from "./program-state.ts";
import { refuseSingleValues } from "./single-value.ts";
import { stepResult, sumOf } from "./step-result.ts";
import { checkTraining, type TrainedOutput, trainedOutputs } from "./trained-outputs.ts";

type Inputs = ReadonlyMap<string, MapBatch>;
type Targets = ReadonlyMap<string, TargetBatch>;
type Guides = ReadonlyMap<number, readonly ColourImage[]>;

interface Batch extends CheckedInputs {
  readonly inputs: Inputs;
  /** The images whose colours a crf compares, by its node. */
  readonly guides: Guides;
}

interface TrainedRun {
  readonly run: ProgramRun;
  readonly prepared: PreparedProgram;
  readonly result: StepResult;
}

export class ProgramSession implements Session {
  readonly #executor: Executor;
  readonly #holder: Holder | undefined;
  readonly #graph: Graph;
  readonly #options: SessionOptions;
  readonly #state: ProgramState;
  readonly #cache: ProgramCache;
  /** The task that runs, after which the next one does. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param holder the engine, where one array of it has a limit */
  constructor(executor: Executor, graph: Graph, options: SessionOptions, holder?: Holder) {
    const { training, seed, expects } = options;
    if (holder !== undefined) {
      refuseLargeWeights(holder, graph);
      for (const { sizes, images } of expects ?? []) refuseLargeMaps(holder, shapesAt(graph, sizes), images);
    }
    if (training !== undefined) checkTraining(graph, training);
    this.#executor = executor;
    this.#holder = holder;
    this.#graph = graph;
    this.#options = options;
    this.#state = new ProgramState(executor, graph, seed, training?.optimizer);
    this.#cache = new ProgramCache(executor);
  }

  predict(inputs: Inputs): Promise<Inputs> {
    return this.#exclusively(async () => {
      const batch = await this.#checked(inputs);
      const make = () => predictionProgram(batch.shaped, batch.batch);
      const prepared = await this.#cache.program("predict", batch.shaped, batch.batch, make);
      const { outputs } = await prepared.run(this.#feeds(prepared, batch).values);
      return mapsOf(prepared, { outputs }, "map");
    });
  }

  step(inputs: Inputs, targets: Targets, rate: number): Promise<StepResult> {
    return this.#exclusively(async () => {
      const { optimizer, outputs } = this.#training();
      if (trainedWeights({ graph: this.#graph }).length === 0)
        throw new UserError(`${this.#graph.name} has no trainable weights`);
      const batch = await this.#checked(inputs);
      refuseSingleValues(batch.shaped, batch.batch, outputs.keys());
      const { run, prepared, result } = await this.#differentiated(batch, targets, true);
      const gradients = run.held ?? gradientsOf(prepared, run);
      const slopes = run.gradientsFinite === true ? 0 : slopesOf(gradients);
      for (const [what, value] of [["loss", result.loss] as const, ["gradient", slopes] as const]) {
        if (Number.isFinite(value)) continue;
        throw new NotFinite(`the ${what} of ${this.#graph.name} is ${value}; the weights have not changed`);
      }
      const names = [...gradients.keys()];
      const weights = trainedWeights({ graph: this.#graph }).filter(({ name }) => gradients.has(name));
      const update = await this.#cache.program(`update ${names.join()}`, { sizes: new Map() }, 0, () =>
        updateProgram(this.#graph.name, weights, optimizer),
      );
      const numbers = ruleOf(optimizer).step(optimizer, this.#state.steps + 1);
      const updated = await update.run(
        new Map([
          ...[...gradients].map(([name, values]) => [feedName("gradient", name), values] as const),
          ...[...numbers].map(([name, value]) => [feedName("step", name), Float32Array.of(value)] as const),
          [feedName("learning_rate", "learning rate"), Float32Array.of(rate)] as const,
        ]),
      );
      await run.commit();
      await updated.commit();
      this.#state.steps += 1;
      return result;
    });
  }

  evaluate(inputs: Inputs, targets: Targets): Promise<StepResult> {
    return this.#exclusively(async () => {
      const batch = await this.#checked(inputs);
      const trained = trainedOutputs(this.#graph, this.#training(), batch, targets);
      const compared = trained.map(comparedOutput);
      const make = () => evaluationProgram(batch.shaped, batch.batch, compared);
      const purpose = `evaluate ${purposeOf(compared)}`;
      const prepared = await this.#cache.program(purpose, batch.shaped, batch.batch, make);
      const feeds = this.#feeds(prepared, batch, trained);
      return stepResult(prepared, await prepared.run(feeds.values), trained, feeds.terms);
    });
  }

  gradients(inputs: Inputs, targets: Targets): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#exclusively(async () => {
      const { run, prepared } = await this.#differentiated(await this.#checked(inputs), targets, false);
      return this.#readGradients(run, prepared);
    });
  }

  inputGradients(inputs: Inputs, node: number, weights: MapBatch): Promise<Inputs> {
    return this.#exclusively(async () => {
      const batch = await this.#checked(inputs);
      const make = () => inputGradientsProgram(batch.shaped, batch.batch, node);
      const purpose = `input gradients of ${node}`;
      const prepared = await this.#cache.program(purpose, batch.shaped, batch.batch, make);
      const upstream = channelsFirst(weights.data, weights.shape);
      const feeds = this.#feeds(
        prepared,
        batch,
        [],
        new Map([[feedName("gradient", String(node)), upstream]]),
      );
      const found = mapsOf(prepared, await prepared.run(feeds.values), "gradient");
      const zeros = ({ data, shape }: MapBatch) => ({ data: new Float32Array(data.length), shape });
      return new Map([...inputs].map(([name, map]) => [name, found.get(name) ?? zeros(map)]));
    });
  }

  findNotFinite(
    inputs: Inputs,
    targets: Targets,
    mode: "step" | "evaluate",
  ): Promise<NotFiniteOrigin | undefined> {
    return this.#exclusively(async () => {
      const training = mode === "step";
      const batch = await this.#checked(inputs);
      const trained = trainedOutputs(this.#graph, this.#training(), batch, targets);
      const weights = await this.#state.readWeights();
      const changed = new Set(trainedWeights({ graph: this.#graph }).map(({ name }) => name));
      const read = [...weights].filter(([name]) => !training || changed.has(name));
      const weight = weightNotFinite(new Map(read));
      if (weight !== undefined) return weight;
      for (const nodes of examinedNodes(batch.shaped, batch.batch, trained.map(comparedOutput))) {
        const prepared = await this.#cache.program(
          `${mode} maps ${nodes.join()}`,
          batch.shaped,
          batch.batch,
          () => mapsProgram(batch.shaped, batch.batch, nodes, { training, dropout: training }),
        );
        const maps = mapsOf(prepared, await prepared.run(this.#feeds(prepared, batch).values), "map");
        const map = mapNotFinite(this.#graph, maps);
        if (map !== undefined) return map;
      }
      const { run, prepared, result } = await this.#differentiated(batch, targets, training);
      const term = termNotFinite(result, trained);
      if (term !== undefined || !training) return term;
      return gradientNotFinite(await this.#readGradients(run, prepared));
    });
  }

  readWeights(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#exclusively(() => this.#state.readWeights());
  }

  writeWeights(weights: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#exclusively(async () => this.#state.writeWeights(weights));
  }

  /** The random state is the number of steps: dropout masks follow from it and the seed. */
  readState(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#exclusively(() => this.#state.readMoments());
  }

  writeState(state: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#options.training === undefined) throw new Error("the session was opened for prediction only");
      this.#state.writeMoments(state);
    });
  }

  allocations(): number {
    return this.#executor.allocations();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // After the task that may be running, which rejects to its own caller.
    void this.#last.then(() => {
      this.#cache.close();
      this.#executor.close();
    });
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error("the session is closed"));
    const run = this.#last.then(() => {
      if (this.#closed) throw new Error("the session is closed");
      return task();
    });
    this.#last = run.catch(() => undefined); // the caller of this task is told; the next one starts all the same
    return run;
  }

  #training(): NonNullable<SessionOptions["training"]> {
    const { training } = this.#options;
    if (training === undefined) throw new Error("the session was opened for prediction only");
    return training;
  }

  async #differentiated(batch: Batch, targets: Targets, dropout: boolean): Promise<TrainedRun> {
    const trained = trainedOutputs(this.#graph, this.#training(), batch, targets);
    const compared = trained.map(comparedOutput);
    const make = () => gradientsProgram(batch.shaped, batch.batch, compared, { dropout });
    const purpose = `gradients ${dropout} ${purposeOf(compared)}`;
    const prepared = await this.#cache.program(purpose, batch.shaped, batch.batch, make);
    const feeds = this.#feeds(prepared, batch, trained);
    const run = await prepared.run(feeds.values);
    return { run, prepared, result: stepResult(prepared, run, trained, feeds.terms) };
  }

  /** By weight, in the graph's order; zeros where the loss does not depend on it. */
  async #readGradients(run: ProgramRun, prepared: PreparedProgram): Promise<Map<string, WeightArray>> {
    const gradients = run.held === undefined ? gradientsOf(prepared, run) : undefined;
    const result = new Map<string, WeightArray>();
    for (const { name, shape } of trainedWeights({ graph: this.#graph })) {
      const known = run.held?.has(name) === true || gradients?.has(name) === true;
      const found = known ? ((await run.gradient?.(name)) ?? gradients?.get(name)) : undefined;
      const zeros = new Float32Array(shape.reduce((count, extent) => count * extent, 1));
      result.set(name, { shape, data: found === undefined ? zeros : Float32Array.from(found) });
    }
    return result;
  }

  async #checked(inputs: Inputs): Promise<Batch> {
    const checked = checkInputs(this.#graph, inputs);
    if (this.#holder !== undefined) refuseLargeMaps(this.#holder, checked.shaped, checked.batch);
    return { ...checked, inputs, guides: await this.#guides(checked, inputs) };
  }

  /** The images of every crf's guide: inputs, or feature maps that come from inputs without weights. */
  async #guides({ shaped, batch }: CheckedInputs, inputs: Inputs): Promise<Guides> {
    const fields = this.#graph.nodes.filter(isRandomField);
    if (fields.length === 0) return new Map();
    const nodes = [...new Set(fields.map((field) => field.inputs[1] ?? -1))];
    const prepared = await this.#cache.program(`guides ${nodes.join()}`, shaped, batch, () =>
      mapsProgram(shaped, batch, nodes),
    );
    const { values } = programFeeds(prepared.program, { graph: this.#graph, inputs });
    const maps = mapsOf(prepared, await prepared.run(values), "map");
    return new Map(
      fields.map((field) => {
        const guide = field.inputs[1] ?? -1;
        const { input } = guideInput((id) => this.#graph.nodes[id], guide);
        const map = maps.get(String(guide));
        if (input === undefined || map === undefined) throw new Error(`${field.name} has no guide`);
        const each = (value: number) => new Array<number>(map.shape[3]).fill(value);
        const unchanged = { mean: each(0), deviation: each(1) };
        const normalisation = this.#options.normalisations?.get(input.attributes.name) ?? unchanged;
        const images = Array.from({ length: batch }, (_, i) => coloursOfBatch(map, normalisation, i));
        return [field.id, images];
      }),
    );
  }

  #feeds(
    { program }: PreparedProgram,
    { inputs, guides }: Batch,
    outputs: readonly TrainedOutput[] = [],
    given: ProgramFeeds["values"] = new Map(),
  ): ProgramFeeds {
    const seed = dropoutSeed(this.#options.seed, this.#state.steps);
    return programFeeds(program, { graph: this.#graph, inputs, outputs, seed, guides, given });
  }
}

/** Not finite where a gradient is not. */
function slopesOf(gradients: ReadonlyMap<string, FeedValues | HeldValues>): number {
  return sumOf([...gradients.values()].map((values) => ("kind" in values ? Number.NaN : sumOf(values))));
}

function comparedOutput({ output, predicts, terms }: TrainedOutput): ComparedOutput {
  return { output, predicts, terms: terms.map(({ term }) => term) };
}

/** What a program with losses depends on beside the shapes. */
function purposeOf(compared: readonly ComparedOutput[]): string {
  return JSON.stringify(compared.map(({ output, terms, predicts }) => [output.name, terms, predicts]));
}

function gradientsOf({ program }: PreparedProgram, { outputs }: ProgramRun) {
  return new Map(
    program.outputs
      .filter(({ kind }) => kind === "gradient")
      .map(({ name }) => {
        const values = outputs.get(outputName("gradient", name));
        if (values === undefined) throw new Error(`the program gave no gradient of ${name}`);
        return [name, values] as const;
      }),
  );
}

/** The outputs of one kind as feature maps, [batch, height, width, channels], by name. */
function mapsOf(
  { program }: PreparedProgram,
  { outputs }: Pick<ProgramRun, "outputs">,
  kind: "map" | "gradient",
): Map<string, MapBatch> {
  return new Map(
    program.outputs
      .filter((output) => output.kind === kind)
      .map(({ name, value }) => {
        const values = outputs.get(outputName(kind, name));
        if (values === undefined) throw new Error(`the program gave no ${kind} ${name}`);
        const shape = four(program.values[value]?.shape ?? []);
        const [batch, channels, height, width] = shape;
        return [name, { data: channelsLast(values, shape), shape: [batch, height, width, channels] }];
      }),
  );
}
