/**
 * How weights follow their gradients.
 *
 * SGD in the form frameworks share: g += λw; v = μv + g; w −= rate·v, or rate·(g + μv) with Nesterov momentum (Sutskever et
 * al. 2013). Adam: Kingma & Ba 2015, algorithm 1, with its bias correction; its weight decay, and AdamW's, is decoupled, w −= rate·λ·w
 * (Loshchilov & Hutter 2019, algorithm 2). Decay applies to every trainable weight. A weight the loss does not depend on
 * stays as it is.
 */
import type * as tensorflow from "@tensorflow/tfjs";
import type {
  OptimizerConfiguration,
  OptimizerName,
} from "../../../compiler/learning/optimizers/registry.ts";
import type { WeightArray } from "../../arrays.ts";
import { WeightMismatch } from "../engine.ts";
import type { Tensor, TensorFlow } from "./lowering.ts";
import { arrayOf, checkShape, type StoredWeight, tensorOf } from "./weight-store.ts";

interface Update {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  /** The optimizer state of the weight; the update assigns them. */
  readonly moments: readonly tensorflow.Variable[];
  readonly rate: number;
  /** Updates made, with this one. */
  readonly steps: number;
}

interface Rule<K extends OptimizerName> {
  /** Kept for each weight. */
  readonly moments: (settings: SettingsOf<K>) => readonly string[];
  /** The amount to subtract from the weight. */
  readonly change: (settings: SettingsOf<K>, update: Update) => Tensor;
}

type SettingsOf<K extends OptimizerName> = Extract<OptimizerConfiguration, { kind: K }>;

const adam = {
  moments: () => ["first_moment", "second_moment"],
  change: (
    { beta1, beta2, epsilon, weightDecay }: SettingsOf<"adam"> | SettingsOf<"adamw">,
    { weight, gradient, moments, rate, steps }: Update,
  ): Tensor => {
    const [first, second] = moments;
    if (first === undefined || second === undefined) throw new Error("Adam has no optimizer state");
    first.assign(first.mul(beta1).add(gradient.mul(1 - beta1)));
    second.assign(second.mul(beta2).add(gradient.square().mul(1 - beta2)));
    const rootOfCorrection = Math.sqrt(1 - beta2 ** steps);
    const scale = second.sqrt().div(rootOfCorrection).add(epsilon);
    const change = first.mul(rate / (1 - beta1 ** steps)).div(scale);
    return weightDecay === 0 ? change : change.add(weight.mul(rate * weightDecay));
  },
};

const rules: { readonly [K in OptimizerName]: Rule<K> } = {
  sgd: {
    moments: ({ momentum }) => (momentum === 0 ? [] : ["velocity"]),
    change: ({ momentum, nesterov, weightDecay }, { weight, gradient, moments, rate }) => {
      const slope = weightDecay === 0 ? gradient : gradient.add(weight.mul(weightDecay));
      const [velocity] = moments;
      if (velocity === undefined) return slope.mul(rate);
      velocity.assign(velocity.mul(momentum).add(slope));
      const direction = nesterov ? slope.add(velocity.mul(momentum)) : velocity;
      return direction.mul(rate);
    },
  },
  adam,
  adamw: adam,
};

function ruleOf({ kind }: OptimizerConfiguration): Rule<OptimizerName> {
  return rules[kind] as Rule<OptimizerName>; // a rule is given only the settings of its own kind
}

/** Steps are kept as two float32 numbers, which are exact below this base. */
const stepBase = 2 ** 24;
const stepName = "step";

interface Slot {
  readonly weight: StoredWeight;
  readonly moments: readonly tensorflow.Variable[];
}

export class Optimizer {
  readonly #tf: TensorFlow;
  readonly #configuration: OptimizerConfiguration;
  readonly #slots: readonly Slot[];
  /** Updates made. */
  #steps = 0;

  constructor(tf: TensorFlow, configuration: OptimizerConfiguration, weights: readonly StoredWeight[]) {
    this.#tf = tf;
    this.#configuration = configuration;
    const names = ruleOf(configuration).moments(configuration);
    this.#slots = weights.map((weight) => ({
      weight,
      moments: names.map(() => zeros(tf, weight.variable.shape)),
    }));
  }

  get steps(): number {
    return this.#steps;
  }

  /** @param gradients by weight name, in engine layout; they stay the caller's. */
  update(gradients: ReadonlyMap<string, Tensor>, rate: number): void {
    this.#steps += 1;
    for (const { weight, moments } of this.#slots) {
      const gradient = gradients.get(weight.name);
      if (gradient === undefined) continue;
      this.#tf.tidy(() => {
        const change = ruleOf(this.#configuration).change(this.#configuration, {
          weight: weight.variable,
          gradient,
          moments,
          rate,
          steps: this.#steps,
        });
        weight.variable.assign(weight.variable.sub(change));
      });
    }
  }

  /** Moments in the graph's layout, named `${weight}.${moment}`, and the number of steps. */
  async read(): Promise<ReadonlyMap<string, WeightArray>> {
    const state = new Map<string, WeightArray>();
    for (const [name, slot, moment] of this.#moments()) state.set(name, await arrayOf(slot.weight, moment));
    const steps = Float32Array.of(Math.floor(this.#steps / stepBase), this.#steps % stepBase);
    state.set(stepName, { shape: [2], data: steps });
    return state;
  }

  /** @throws WeightMismatch when something is missing, unknown or of another shape; nothing is changed then. */
  write(state: ReadonlyMap<string, WeightArray>): void {
    const moments = this.#moments();
    const known = new Set([stepName, ...moments.map(([name]) => name)]);
    for (const name of state.keys()) {
      if (!known.has(name))
        throw new WeightMismatch(`the ${this.#configuration.kind} optimizer has no "${name}"`);
    }
    const steps = entry(state, stepName, [2]);
    const values = moments.map(([name, slot]) => entry(state, name, slot.weight.specification.shape));
    moments.forEach(([, slot, moment], i) => {
      const value = values[i];
      if (value !== undefined) tensorOf(this.#tf, slot.weight, value, (tensor) => moment.assign(tensor));
    });
    const [high = 0, low = 0] = steps.data;
    this.#steps = high * stepBase + low;
  }

  #moments(): (readonly [name: string, slot: Slot, moment: tensorflow.Variable])[] {
    const names = ruleOf(this.#configuration).moments(this.#configuration);
    return this.#slots.flatMap((slot) =>
      slot.moments.map((moment, i) => [`${slot.weight.name}.${names[i]}`, slot, moment] as const),
    );
  }

  dispose(): void {
    for (const { moments } of this.#slots) for (const moment of moments) moment.dispose();
  }
}

function zeros(tf: TensorFlow, shape: number[]): tensorflow.Variable {
  const tensor = tf.zeros(shape);
  const variable = tf.variable(tensor, false);
  tensor.dispose(); // the variable holds the buffer now
  return variable;
}

function entry(state: ReadonlyMap<string, WeightArray>, name: string, shape: readonly number[]): WeightArray {
  const value = state.get(name);
  if (value === undefined) throw new WeightMismatch(`the optimizer's state lacks "${name}"`);
  checkShape(name, value, shape);
  return value;
}
