/** A session of any engine that runs tensor programs: what it computes, in which order, and what changes. */
import type { Graph } from "../../compiler/network/graph.ts";
import { feedName } from "../../compiler/tensors/evaluate.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import { trainedWeights } from "../../compiler/tensors/programs/training.ts";
import type { MapBatch, TargetBatch, WeightArray } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import { type CheckedInputs, checkInputs, shapesAt } from "./check-inputs.ts";
import {
  NotFinite,
  type NotFiniteOrigin,
  type PredictOptions,
  type Session,
  type SessionOptions,
  type StepResult,
  type TargetedBatch,
  type UpdateSettings,
} from "./engine.ts";
import type { Executor, PreparedProgram, ProgramRun } from "./executor.ts";
import { dropoutSeed } from "./feeds/dropout-mask.ts";
import { type BatchArrays, type ProgramFeeds, programFeeds } from "./feeds/program-feeds.ts";
import { pooledFeeds, type TermFeeds, termFeeds } from "./feeds/term-feeds.ts";
import { type Guides, guideImages } from "./guide-images.ts";
import { type Holder, refuseLargeMaps, refuseLargeWeights } from "./largest-array.ts";
import { NetworkPrograms } from "./network-programs.ts";
import {
  examinedNodes,
  gradientNotFinite,
  mapNotFinite,
  termNotFinite,
  weightNotFinite,
} from "./not-finite-origin.ts";
import { type CachedProgramOptions, ProgramCache } from "./program-cache.ts";
import { comparedOutput, gradientsOf, mapsOf, slopesOf } from "./program-outputs.ts";
import { type DrawWeights, ProgramState } from "./program-state.ts";
import { readGradients } from "./read-gradients.ts";
import { refuseSingleValues } from "./single-value.ts";
import { stepResult } from "./step-result.ts";
import { TaskQueue } from "./task-queue.ts";
import { checkTraining, type TrainedOutput, trainedOutputs } from "./trained-outputs.ts";
import { type Gradients, UpdatePrograms } from "./update-programs.ts";

type Inputs = ReadonlyMap<string, MapBatch>;
type Targets = ReadonlyMap<string, TargetBatch>;

interface Batch extends CheckedInputs {
  readonly inputs: Inputs;
  /** The images whose colours a crf compares, by its node. */
  readonly guides: Guides;
}

/** A batch with what its losses are given. */
interface Part {
  readonly batch: Batch;
  readonly trained: readonly TrainedOutput[];
  readonly terms: TermFeeds;
}

interface DifferentiatedOptions extends Pick<CachedProgramOptions, "meanwhile"> {
  /** Of the batch among those of its update; left out: 0. */
  readonly place?: number;
  /** Weights, by name. */
  readonly frozen?: readonly string[] | undefined;
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
  readonly #programs: NetworkPrograms;
  readonly #updates: UpdatePrograms;
  /** One at a time: each reads and changes the state. */
  readonly #tasks = new TaskQueue("the session is closed");

  /** @param holder the engine, where one array of it has a limit @param draw left out: weights are drawn in this thread */
  constructor(
    executor: Executor,
    graph: Graph,
    options: SessionOptions,
    holder?: Holder,
    draw?: DrawWeights,
  ) {
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
    this.#state = new ProgramState(executor, graph, { seed, training, draw });
    this.#cache = new ProgramCache(executor, () => this.#state.ready());
    this.#programs = new NetworkPrograms(this.#cache, executor, training);
    this.#updates = new UpdatePrograms(graph, this.#cache, this.#state, executor.exact);
  }

  predict(inputs: Inputs, { dropoutSeed: seed }: PredictOptions = {}): Promise<Inputs> {
    return this.#tasks.run(async () => {
      const batch = await this.#checked(inputs);
      const prepared = await this.#programs.prediction(batch, seed !== undefined);
      return mapsOf(prepared, await prepared.run(this.#feeds(prepared, batch, { seed })), "map");
    });
  }

  async step(inputs: Inputs, targets: Targets, rate: number): Promise<StepResult> {
    const [result] = await this.update([{ inputs, targets }], { learningRate: rate });
    if (result === undefined) throw new Error("a batch has no result");
    return result;
  }

  update(batches: readonly TargetedBatch[], settings: UpdateSettings): Promise<readonly StepResult[]> {
    return this.#tasks.run(async () => {
      const { outputs } = this.#training();
      if (trainedWeights({ graph: this.#graph }).length === 0)
        throw new UserError(`${this.#graph.name} has no trainable weights`);
      if (batches.length === 0) throw new Error("an update needs a batch");
      if (this.#state.exchanged) throw new Error("the weights are their averages: they are not trained");
      const parts: Part[] = [];
      for (const { inputs, targets } of batches) {
        const batch = await this.#checked(inputs);
        refuseSingleValues(batch.shaped, batch.batch, outputs.keys());
        parts.push(this.#part(batch, targets));
      }
      const terms = pooledFeeds(parts.map((part) => part.terms));
      const undo =
        batches.length === 1 && this.#training().average === undefined
          ? undefined
          : await this.#state.keepStatistics();
      try {
        return await this.#updated(
          parts.map((part, place) => ({ ...part, terms: terms[place] ?? part.terms })),
          settings,
        );
      } catch (error) {
        undo?.();
        throw error;
      }
    });
  }

  /** @throws NotFinite before the update; what the batches before changed, their running statistics, is then to be put back. */
  async #updated(parts: readonly Part[], settings: UpdateSettings): Promise<readonly StepResult[]> {
    const results: StepResult[] = [];
    for (const [place, part] of parts.entries()) {
      const isLast = place === parts.length - 1;
      // the program of the update is prepared beside that of the gradients, of which much is waiting
      const meanwhile = ({ outputs }: Program) => {
        const names = outputs.flatMap(({ kind, name }) => (kind === "gradient" ? [name] : []));
        if (isLast) this.#updates.prepare(new Set(names), place > 0, this.#training());
      };
      const { run, prepared, result } = await this.#differentiated(part, true, {
        place,
        frozen: settings.frozen,
        meanwhile,
      });
      const gradients = run.held ?? gradientsOf(prepared, run);
      this.#refuseNotFinite(run, gradients, result);
      results.push(result);
      if (!isLast) {
        await this.#updates.accumulate(gradients, place === 0);
        await run.commit();
      } else {
        const training = this.#training();
        // averages are of the running statistics after this batch
        if (training.average !== undefined) await run.commit();
        const updated = await this.#updates.update(gradients, place > 0, training, settings);
        if (training.average === undefined) await run.commit();
        await updated.commit();
      }
    }
    return results;
  }

  #refuseNotFinite({ gradientsFinite }: ProgramRun, gradients: Gradients, { loss }: StepResult): void {
    const slopes = gradientsFinite === true ? 0 : slopesOf(gradients);
    for (const [what, value] of [["loss", loss] as const, ["gradient", slopes] as const]) {
      if (Number.isFinite(value)) continue;
      throw new NotFinite(`the ${what} of ${this.#graph.name} is ${value}; the weights have not changed`);
    }
  }

  evaluate(inputs: Inputs, targets: Targets): Promise<StepResult> {
    return this.#tasks.run(async () => {
      const part = this.#part(await this.#checked(inputs), targets);
      const { batch, trained, terms } = part;
      const prepared = await this.#programs.evaluation(batch, trained.map(comparedOutput));
      const run = await prepared.run(this.#feeds(prepared, batch, { terms }));
      return stepResult(prepared, run, trained, terms);
    });
  }

  gradients(inputs: Inputs, targets: Targets): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#tasks.run(async () => {
      const part = this.#part(await this.#checked(inputs), targets);
      const { run, prepared } = await this.#differentiated(part, false);
      return readGradients(this.#graph, prepared, run);
    });
  }

  inputGradients(inputs: Inputs, node: number, weights: MapBatch): Promise<Inputs> {
    return this.#tasks.run(async () => {
      const batch = await this.#checked(inputs);
      const prepared = await this.#programs.inputGradients(batch, node);
      const given = new Map([[feedName("gradient", String(node)), weights]]);
      const found = mapsOf(prepared, await prepared.run(this.#feeds(prepared, batch, { given })), "gradient");
      const zeros = ({ data, shape }: MapBatch) => ({ data: new Float32Array(data.length), shape });
      return new Map([...inputs].map(([name, map]) => [name, found.get(name) ?? zeros(map)]));
    });
  }

  findNotFinite(
    inputs: Inputs,
    targets: Targets,
    mode: "step" | "evaluate",
    place = 0,
  ): Promise<NotFiniteOrigin | undefined> {
    return this.#tasks.run(async () => {
      const training = mode === "step";
      const part = this.#part(await this.#checked(inputs), targets);
      const { batch, trained } = part;
      const weights = await this.#state.readWeights();
      const changed = new Set(trainedWeights({ graph: this.#graph }).map(({ name }) => name));
      const read = [...weights].filter(([name]) => !training || changed.has(name));
      const weight = weightNotFinite(new Map(read));
      if (weight !== undefined) return weight;
      for (const nodes of examinedNodes(batch.shaped, batch.batch, trained.map(comparedOutput))) {
        const prepared = await this.#programs.maps(batch, nodes, training);
        const maps = mapsOf(prepared, await prepared.run(this.#feeds(prepared, batch, { place })), "map");
        const map = mapNotFinite(this.#graph, maps);
        if (map !== undefined) return map;
      }
      const { run, prepared, result } = await this.#differentiated(part, training, { place });
      const term = termNotFinite(result, trained);
      if (term !== undefined || !training) return term;
      return gradientNotFinite(await readGradients(this.#graph, prepared, run));
    });
  }

  exchangeAverages(): Promise<void> {
    return this.#tasks.run(() => this.#state.exchangeAverages());
  }

  readWeights(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#tasks.run(() => this.#state.readWeights());
  }

  writeWeights(weights: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#tasks.run(() => this.#state.writeWeights(weights));
  }

  /** The random state is the number of steps: dropout masks follow from it and the seed. */
  readState(): Promise<ReadonlyMap<string, WeightArray>> {
    return this.#tasks.run(() => this.#state.readMoments());
  }

  writeState(state: ReadonlyMap<string, WeightArray>): Promise<void> {
    return this.#tasks.run(async () => {
      if (this.#options.training === undefined) throw new Error("the session was opened for prediction only");
      await this.#state.writeMoments(state);
    });
  }

  allocations(): number {
    return this.#executor.allocations();
  }

  close(): void {
    this.#tasks.close(() => {
      this.#cache.close();
      this.#executor.close();
    });
  }

  #training(): NonNullable<SessionOptions["training"]> {
    const { training } = this.#options;
    if (training === undefined) throw new Error("the session was opened for prediction only");
    return training;
  }

  #part(batch: Batch, targets: Targets): Part {
    const trained = trainedOutputs(this.#graph, this.#training(), batch, targets);
    return { batch, trained, terms: termFeeds(this.#graph, trained, batch.batch) };
  }

  async #differentiated(
    { batch, trained, terms }: Part,
    dropout: boolean,
    { place = 0, frozen = [], meanwhile }: DifferentiatedOptions = {},
  ): Promise<TrainedRun> {
    const outputs = trained.map(comparedOutput);
    const prepared = await this.#programs.gradients(batch, outputs, { dropout, frozen, meanwhile });
    const run = await prepared.run(this.#feeds(prepared, batch, { terms, place }));
    return { run, prepared, result: stepResult(prepared, run, trained, terms) };
  }

  async #checked(inputs: Inputs): Promise<Batch> {
    const checked = checkInputs(this.#graph, inputs);
    if (this.#holder !== undefined) refuseLargeMaps(this.#holder, checked.shaped, checked.batch);
    return { ...checked, inputs, guides: await this.#guides(checked, inputs) };
  }

  #guides(checked: CheckedInputs, inputs: Inputs): Promise<Guides> {
    return guideImages(checked, inputs, {
      graph: this.#graph,
      programs: this.#programs,
      normalisations: this.#options.normalisations,
    });
  }

  #feeds(
    { program }: PreparedProgram,
    { inputs, guides }: Batch,
    {
      place = 0,
      seed = dropoutSeed(this.#options.seed, this.#state.steps, place),
      ...more
    }: Pick<BatchArrays, "terms" | "given"> & {
      readonly place?: number;
      /** Of dropout's masks; left out: of this step. */
      readonly seed?: number | undefined;
    } = {},
  ): ProgramFeeds {
    const { exact } = this.#executor;
    return programFeeds(program, { graph: this.#graph, inputs, seed, guides, exact, ...more });
  }
}
