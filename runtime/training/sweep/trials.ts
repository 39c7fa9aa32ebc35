/** The trials of a sweep: which values each has. They follow from the entry `sweep` alone. */
import type {
  SweepAxis,
  SweepConfiguration,
  TrainConfiguration,
} from "../../../compiler/learning/configuration.ts";
import { isOptimizerNumber, isRange, optimizerNumbers } from "../../../compiler/learning/sweep-axes.ts";
import { Random } from "../../random.ts";

export interface Trial {
  /** From 1. */
  readonly trial: number;
  /** By axis, as the language writes it. */
  readonly values: Readonly<Record<string, string>>;
}

/** Draws before a trial counts as one that cannot be new. */
const mostDraws = 1000;

/** In order; fewer than are asked for where there are no more combinations. */
export function trialsOf({ strategy, axes }: SweepConfiguration): readonly Trial[] {
  const all = combinations(axes);
  const few = all !== undefined && (strategy.kind === "grid" || all.length <= strategy.trials);
  const values = few || strategy.kind === "grid" ? (all ?? []) : drawn(axes, strategy);
  return values.map((one, place) => ({ trial: place + 1, values: one }));
}

type Values = Trial["values"];

/** The last axis changes fastest; `undefined` where one is a range. */
function combinations(axes: readonly SweepAxis[]): readonly Values[] | undefined {
  let found: readonly Values[] = [{}];
  for (const { name, values } of axes) {
    if (isRange(values)) return undefined;
    found = found.flatMap((before) => values.map(({ text }) => ({ ...before, [name]: text })));
  }
  return found;
}

function drawn(
  axes: readonly SweepAxis[],
  { trials, seed }: { readonly trials: number; readonly seed: number },
) {
  const found = new Map<string, Values>();
  for (let trial = 1; trial <= trials; trial++) {
    const random = new Random(seed, `trial ${trial}`);
    for (let draw = 0; draw < mostDraws; draw++) {
      const values = Object.fromEntries(axes.map((axis) => [axis.name, drawValue(axis, random)]));
      const key = JSON.stringify(values);
      if (found.has(key)) continue;
      found.set(key, values);
      break;
    }
  }
  return [...found.values()];
}

/** Of a range to four digits, so that what is written is what is trained with. */
function drawValue({ values }: SweepAxis, random: Random): string {
  if (!isRange(values)) return values[random.integer(values.length)]?.text ?? "";
  const value = Math.exp(random.between(Math.log(values.least), Math.log(values.most)));
  return String(Number(Math.min(values.most, Math.max(values.least, value)).toPrecision(4)));
}

/** What a trial changes: parameters of the network, and the configuration of its training. */
export interface TrialChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly change: (configuration: TrainConfiguration) => TrainConfiguration;
}

export function changesOf({ axes }: SweepConfiguration, { values }: Trial): TrialChanges {
  const set = new Map(
    axes.flatMap(({ name, of }) => (of === "network" ? [[name, values[name] ?? ""] as const] : [])),
  );
  const changes = axes.flatMap((axis) =>
    isRange(axis.values) ? [] : axis.values.filter(({ text }) => text === values[axis.name]),
  );
  // of the optimizer that the trial has
  const numbers = Object.fromEntries(
    axes.flatMap(({ name }) =>
      isOptimizerNumber(name) ? [[optimizerNumbers[name], Number(values[name])] as const] : [],
    ),
  );
  const isSwept = (name: string) => axes.some((axis) => axis.name === name);
  return {
    set,
    change: (configuration) => {
      const { clip, average, ...others } = configuration;
      // the value `none` of an entry that may be left out changes nothing: what the section has is left out first
      const kept = {
        ...(clip === undefined || isSwept("clip") ? {} : { clip }),
        ...(average === undefined || isSwept("average") ? {} : { average }),
      };
      const changed: TrainConfiguration = Object.assign(
        { ...others, ...kept },
        ...changes.map(({ change }) => change),
      );
      return { ...changed, optimizer: { ...changed.optimizer, ...numbers } };
    },
  };
}

/** All trials that are left are trained to so many epochs, counted from their start. */
export interface Round {
  readonly epochs: number;
  readonly trials: number;
}

/** @param epochs of the train section */
export function roundsOf({ strategy }: SweepConfiguration, trials: number, epochs: number): readonly Round[] {
  if (strategy.kind !== "halving") return [{ epochs, trials }];
  const rounds: Round[] = [{ epochs: Math.min(strategy.epochs, epochs), trials }];
  for (let last = rounds[0]; last !== undefined && last.epochs < epochs; last = rounds.at(-1)) {
    const left = Math.max(1, Math.ceil(last.trials / strategy.factor));
    rounds.push({
      trials: left,
      epochs: left === 1 ? epochs : Math.min(epochs, last.epochs * strategy.factor),
    });
  }
  return rounds;
}
