/** The optimizer of the `train` section as a class, its update printed from its rule. */
import { definitionOf } from "../../../learning/definition/definition.ts";
import type { OptimizerConfiguration, OptimizerName } from "../../../learning/optimizers/registry.ts";
import { optimizers } from "../../../learning/optimizers/registry.ts";
import type { OptimizerSettings } from "../../../tensors/optimizers/rule.ts";
import { ruleOf } from "../../../tensors/optimizers/rules.ts";
import { float32 } from "../../../tensors/value.ts";
import { identifier, upperFirst } from "../body/names.ts";
import { type PrintedOperand, printFormula } from "./printed-formula.ts";

export interface WrittenOptimizer {
  readonly className: string;
  readonly text: string;
}

type StepNumbers = {
  readonly [N in OptimizerName]: (settings: OptimizerSettings<N>) => Readonly<Record<string, string>>;
};

/** Numbers of an update that follow from how many there were, \`count\`, this one included; as \`step\` of the rule computes them. */
const stepNumbers: StepNumbers = {
  adam: adamNumbers,
  adamw: adamNumbers,
  sgd: () => ({}),
  rmsprop: () => ({}),
};

function adamNumbers({
  beta1,
  beta2,
}: OptimizerSettings<"adam" | "adamw">): Readonly<Record<string, string>> {
  return {
    first_correction: `1 / (1 - ${beta1} ** this.#count)`,
    root_of_second_correction: `Math.sqrt(1 - ${beta2} ** this.#count)`,
  };
}

export function writeOptimizer(settings: OptimizerConfiguration): WrittenOptimizer {
  const rule = ruleOf(settings);
  const moments = rule.moments(settings).map((name) => ({ name, field: identifier(name) }));
  const numbers = (
    stepNumbers[settings.kind] as (given: OptimizerConfiguration) => Readonly<Record<string, string>>
  )(settings); // the kind names its own row
  const { lines, results } = printFormula(settings.kind, (build) => {
    const operands: PrintedOperand[] = [];
    const tensor = (code: string) => {
      const value = build.feed("gradient", code, float32(3, 5));
      operands.push({ value, code, isNumber: false });
      return value;
    };
    const number = (code: string) => {
      const value = build.feed("step", code, float32());
      operands.push({ value, code, isNumber: true });
      return value;
    };
    const weight = tensor("weight");
    const gradient = tensor("gradient");
    const state = new Map(moments.map(({ name, field }) => [name, tensor(`moments.${field}`)]));
    const rate = number("this.learningRate");
    const steps = new Map(Object.keys(numbers).map((name) => [name, number(identifier(name))]));
    const from = <T>(known: ReadonlyMap<string, T>, name: string): T => {
      const value = known.get(name);
      if (value === undefined) throw new Error(`${settings.kind} has no ${name}`);
      return value;
    };
    const updated = rule.update(
      {
        build,
        weight,
        gradient,
        moments: (name) => from(state, name),
        learningRate: rate,
        step: (name) => from(steps, name),
      },
      settings,
    );
    return {
      operands,
      results: [updated.weight, ...moments.map(({ name }) => from(updated.moments, name))],
      called: [undefined, ...moments.map(({ field }) => field)],
    };
  });
  const className = upperFirst(identifier(settings.kind));
  const { summary, source } = definitionOf<{
    readonly name: string;
    readonly summary: string;
    readonly source: string | undefined;
  }>(optimizers as never, settings.kind); // each has these
  const fields = moments.map(({ field }) => `readonly ${field}: tf.Variable;`);
  const made = moments.map(({ field }) => `${field}: zerosLike(weight)`);
  const [weight, ...after] = results;
  const hasMoments = moments.length > 0;
  const text = `
/** ${summary}${source === undefined ? "" : ` ${source}.`} */
export class ${className} extends tf.Optimizer {
  static readonly className: string = "${className}";
  learningRate: number;
  #count = 0;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  ${hasMoments ? "readonly #moments = new Map<string, Moments>();" : ""}

  constructor(weights: readonly tf.Variable[], learningRate = ${settings.learningRate}) {
    super();
    this.learningRate = learningRate;
    this.#weights = new Map(weights.map((weight) => [weight.name, weight]));
  }

  /** Of the weights of the network alone. */
  override computeGradients(loss: () => tf.Scalar, weights = [...this.#weights.values()]) {
    return super.computeGradients(loss, weights);
  }

  applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void {
    const named: [string, tf.Tensor | null][] = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor])
      : Object.entries(gradients);
    this.#count += 1;
    ${Object.entries(numbers)
      .map(([name, code]) => `const ${identifier(name)} = ${code};`)
      .join("\n")}
    for (const [name, gradient] of named) {
      const weight = this.#weights.get(name);
      // A weight that the loss does not depend on stays as it is.
      if (weight === undefined || gradient === null) continue;
      ${hasMoments ? "const moments = this.#momentsOf(weight);" : ""}
      tf.tidy(() => {
        ${lines.join("\n")}
        ${moments.map(({ field }, i) => `moments.${field}.assign(${after[i]});`).join("\n")}
        weight.assign(${weight});
      });
    }
    this.incrementIterations();
  }

  override dispose(): void {
    ${
      hasMoments
        ? `for (const moments of this.#moments.values()) {
      ${moments.map(({ field }) => `moments.${field}.dispose();`).join("\n")}
    }`
        : ""
    }
    super.dispose();
  }

  getConfig() {
    return { learningRate: this.learningRate };
  }
  ${
    hasMoments
      ? `
  #momentsOf(weight: tf.Variable): Moments {
    const known = this.#moments.get(weight.name);
    if (known !== undefined) return known;
    const made: Moments = { ${made.join(", ")} };
    this.#moments.set(weight.name, made);
    return made;
  }`
      : ""
  }
}
${
  hasMoments
    ? `
/** The optimizer state of one weight. */
interface Moments {
  ${fields.join("\n")}
}

function zerosLike(weight: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zerosLike(weight), false));
}
`
    : ""
}`;
  return { className, text };
}
