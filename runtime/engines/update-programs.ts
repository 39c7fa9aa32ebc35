/** The programs that make an update of gradients: those that add up the gradients of several batches, and the one that changes the weights. */

import { shareOfUpdate } from "../../compiler/learning/averages/ema.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { feedName } from "../../compiler/tensors/evaluate.ts";
import { ruleOf } from "../../compiler/tensors/optimizers/rules.ts";
import { type TrainedWeight, trainedWeights } from "../../compiler/tensors/programs/training.ts";
import {
  accumulationProgram,
  stepFeedName,
  type UpdatedWeight,
  updateProgram,
} from "../../compiler/tensors/programs/update.ts";
import type { SessionTraining, UpdateSettings, WeightGroup } from "./engine.ts";
import type { HeldValues, PreparedProgram, ProgramRun } from "./executor.ts";
import { type FeedValues, single } from "./feeds/program-feeds.ts";
import type { ProgramCache } from "./program-cache.ts";
import type { ProgramState } from "./program-state.ts";

/** Of weights, by name. */
export type Gradients = ReadonlyMap<string, FeedValues | HeldValues>;

type Names = Pick<ReadonlySet<string>, "has">;

type Updated = UpdatedWeight & { readonly missed: number };

/** They depend on no size. */
const noSizes = { sizes: new Map() };

export class UpdatePrograms {
  readonly #graph: Graph;
  readonly #cache: ProgramCache;
  readonly #state: ProgramState;
  readonly #exact: boolean | undefined;

  /** @param exact whether single numbers are fed in float64 */
  constructor(graph: Graph, cache: ProgramCache, state: ProgramState, exact: boolean | undefined) {
    this.#graph = graph;
    this.#cache = cache;
    this.#state = state;
    this.#exact = exact;
  }

  /** Adds gradients to the sums, or starts these with them. */
  async accumulate(gradients: Gradients, first: boolean): Promise<void> {
    const weights = this.#weightsOf(gradients);
    this.#state.holdSums(weights);
    const purpose = `accumulate ${first} ${[...gradients.keys()].join()}`;
    const prepared = await this.#cache.program(purpose, noSizes, 0, () =>
      accumulationProgram(this.#graph.name, weights, { first }),
    );
    const run = await prepared.run(asFeeds(gradients));
    await run.commit();
  }

  /** Begins to prepare the program of an update by the gradients of these weights, unless it is there. */
  prepare(gradients: Names, accumulated: boolean, training: SessionTraining): void {
    const weights = this.#updatedWeights(gradients, training.groups);
    this.#program(weights, accumulated, training).catch(() => {}); // the update asks for it and gets the error
  }

  /** @param accumulated whether the gradients are added to those of earlier batches */
  async update(
    gradients: Gradients,
    accumulated: boolean,
    training: SessionTraining,
    { learningRate, groupRates = [], frozen = [] }: UpdateSettings,
  ): Promise<Pick<ProgramRun, "commit">> {
    const { optimizer, average, groups = [] } = training;
    const weights = this.#updatedWeights(gradients, groups);
    const missed = new Set(weights.map((weight) => weight.missed));
    const prepared = await this.#program(weights, accumulated, training);
    const numbers = new Map<string, number>();
    for (const without of missed) {
      const found = ruleOf(optimizer).step(optimizer, this.#state.steps + 1 - without);
      for (const [name, value] of found) numbers.set(stepFeedName(name, without), value);
    }
    if (average !== undefined) numbers.set("average", shareOfUpdate(average, this.#state.steps));
    const rates = [
      ["learning rate", learningRate] as const,
      ...groups.map((_, place) => [rateName(place), groupRates[place] ?? learningRate] as const),
    ];
    const run = await prepared.run(
      new Map([
        ...asFeeds(gradients),
        ...[...numbers].map(([name, value]) => [feedName("step", name), single(value, this.#exact)] as const),
        ...rates.map(
          ([name, value]) => [feedName("learning_rate", name), single(value, this.#exact)] as const,
        ),
      ]),
    );
    return {
      commit: async () => {
        await run.commit();
        this.#state.countUpdate(frozen);
      },
    };
  }

  #program(
    weights: readonly Updated[],
    accumulated: boolean,
    { optimizer, clip }: SessionTraining,
  ): Promise<PreparedProgram> {
    const { averaged } = this.#state;
    const purpose = `update ${accumulated} ${weights.map((weight) => `${weight.name} ${weight.missed}`).join()}`;
    return this.#cache.program(purpose, noSizes, 0, () =>
      updateProgram(this.#graph.name, weights, optimizer, { clip, accumulated, averaged }),
    );
  }

  #updatedWeights(gradients: Names, groups: readonly WeightGroup[] = []): readonly Updated[] {
    const places = new Map(
      groups.flatMap(({ weights }, place) => weights.map((name) => [name, place] as const)),
    );
    return this.#weightsOf(gradients).map((weight) => {
      const place = places.get(weight.name);
      const missed = this.#state.missedBy(weight.name);
      if (place === undefined) return { ...weight, missed };
      return { ...weight, missed, rate: rateName(place), weightDecay: groups[place]?.weightDecay };
    });
  }

  #weightsOf(gradients: Names): readonly TrainedWeight[] {
    return trainedWeights({ graph: this.#graph }).filter(({ name }) => gradients.has(name));
  }
}

function rateName(group: number): string {
  return `learning rate of group ${group + 1}`;
}

function asFeeds(gradients: Gradients): Map<string, FeedValues | HeldValues> {
  return new Map([...gradients].map(([name, values]) => [feedName("gradient", name), values]));
}
