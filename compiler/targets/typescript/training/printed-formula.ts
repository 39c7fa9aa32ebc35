/**
 * The formulas of losses and optimizers (compiler/tensors/) as TypeScript: traced on values without numbers, so that what a module
 * computes is the one definition that every engine trains with.
 *
 * Formulas have the axes [batch, channels, height, width]; TensorFlow.js has channels last.
 */
import { inputAt } from "../../../ops/rules.ts";
import { ProgramBuilder } from "../../../tensors/build.ts";
import type { Step } from "../../../tensors/program.ts";
import type { Value } from "../../../tensors/value.ts";

/** An operand of the formula: how it is called, and whether it is a number and no tensor. */
export interface PrintedOperand {
  readonly value: Value;
  readonly code: string;
  readonly isNumber: boolean;
}

export interface PrintedFormula {
  readonly lines: readonly string[];
  /** One expression for each result. */
  readonly results: readonly string[];
}

/** Traces a formula on operands that `operands` makes. */
export function printFormula(
  name: string,
  write: (build: ProgramBuilder) => {
    readonly operands: readonly PrintedOperand[];
    readonly results: readonly Value[];
    /** What results are called that the formula itself reads, in their order. */
    readonly called?: readonly (string | undefined)[];
  },
): PrintedFormula {
  const builder = new ProgramBuilder(name);
  const { operands, results, called = [] } = write(builder);
  const names = new Map(
    results.flatMap(({ id }, i) => (called[i] === undefined ? [] : [[id, called[i]] as const])),
  );
  return new FormulaPrinter(builder, operands, results, names).run();
}

const functions: Readonly<Record<string, string>> = {
  negate: "neg",
  exp: "exp",
  log: "log",
  sqrt: "sqrt",
  tanh: "tanh",
  sigmoid: "sigmoid",
  erf: "erf",
  abs: "abs",
  floor: "floor",
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  maximum: "maximum",
  minimum: "minimum",
  power: "pow",
};

const operators: Readonly<Record<string, string>> = { add: "+", subtract: "-", multiply: "*", divide: "/" };

const relations = { equal: "equal", less: "less", greater: "greater" } as const;

/** What a result is called where it is read more than once. */
const nouns: Readonly<Record<string, string>> = {
  add: "sum",
  subtract: "difference",
  multiply: "product",
  divide: "quotient",
  exp: "power",
  log: "logarithm",
  sqrt: "root",
  abs: "size",
  sum: "total",
  mean: "mean",
  max: "largest",
  maximum: "larger",
  minimum: "smaller",
  sigmoid: "probability",
  one_hot: "classes",
  stop_gradient: "fixed",
  compare: "holds",
  convert: "converted",
  negate: "negative",
  select: "chosen",
};

/** Of TensorFlow.js, by the formula's axis. */
const axisOf = [0, 3, 1, 2];

class FormulaPrinter {
  readonly #builder: ProgramBuilder;
  readonly #code = new Map<number, { readonly code: string; readonly isNumber: boolean }>();
  readonly #results: readonly Value[];
  readonly #taken: Set<string>;
  readonly #called: ReadonlyMap<number, string>;

  constructor(
    builder: ProgramBuilder,
    operands: readonly PrintedOperand[],
    results: readonly Value[],
    called: ReadonlyMap<number, string>,
  ) {
    this.#builder = builder;
    this.#called = called;
    this.#results = results;
    for (const { value, code, isNumber } of operands) this.#code.set(value.id, { code, isNumber });
    this.#taken = new Set(operands.map(({ code }) => code));
  }

  run(): PrintedFormula {
    const { steps } = this.#builder;
    const reads = new Map<number, number>();
    const count = (id: number) => reads.set(id, (reads.get(id) ?? 0) + 1);
    for (const { operands } of steps) operands.forEach(count);
    for (const { id } of this.#results) count(id);
    const lines: string[] = [];
    for (const step of steps) {
      const [id = -1] = step.results;
      const printed = this.#print(step);
      const often = (reads.get(id) ?? 0) > 1 && step.primitive !== "constant";
      if (!often) {
        this.#code.set(id, printed);
        continue;
      }
      const name = this.#name(this.#called.get(id) ?? nouns[step.primitive] ?? step.primitive);
      lines.push(`const ${name} = ${printed.code};`);
      this.#code.set(id, { code: name, isNumber: printed.isNumber });
    }
    return { lines, results: this.#results.map(({ id }) => this.#at(id).code) };
  }

  #print(step: Step): { readonly code: string; readonly isNumber: boolean } {
    const operands = step.operands.map((id) => this.#at(id));
    const codes = operands.map(({ code }) => code);
    const tensor = (code: string) => ({ code, isNumber: false });
    switch (step.primitive) {
      case "constant": {
        const { values, shape } = step.attributes;
        if (shape.length > 0) throw new Error("a formula has an array of constants");
        // 1 − 0.9 is 0.09999999999999998 in float64; float32 holds fewer digits.
        return { code: String(Number(inputAt(values, 0).toPrecision(12))), isNumber: true };
      }
      case "stop_gradient":
        // Of a variable of the tape TensorFlow.js differentiates only what it recorded: a gradient of zeros cuts it.
        return tensor(`withoutGradient(${codes[0]})`);
      case "compare":
        return tensor(`tf.${relations[step.attributes.relation]}(${codes.join(", ")})`);
      case "select":
        return tensor(`tf.where(tf.cast(${codes[0]}, "bool"), ${codes[1]}, ${codes[2]})`);
      case "convert":
        return tensor(`tf.cast(${codes[0]}, "${step.attributes.type}")`);
      case "sum":
      case "mean":
      case "max": {
        const axes = step.attributes.axes.map((axis) => axisOf[axis] ?? axis).sort((a, b) => a - b);
        return tensor(`tf.${step.primitive}(${codes[0]}, [${axes.join(", ")}], true)`);
      }
      case "one_hot":
        return tensor(
          `tf.cast(tf.oneHot(tf.squeeze(${codes[0]}, [3]), ${step.attributes.classes}), "float32")`,
        );
      default: {
        const name = functions[step.primitive];
        if (name === undefined)
          throw new Error(`no formula of a loss or optimizer has ${step.primitive} yet`);
        const operator = operators[step.primitive];
        if (operator !== undefined && operands.every(({ isNumber }) => isNumber))
          return { code: `(${codes.join(` ${operator} `)})`, isNumber: true };
        if (step.primitive === "multiply" && codes[0] === codes[1]) return tensor(`tf.square(${codes[0]})`);
        return tensor(`tf.${name}(${codes.join(", ")})`);
      }
    }
  }

  #at(id: number): { readonly code: string; readonly isNumber: boolean } {
    const known = this.#code.get(id);
    if (known === undefined) throw new Error(`the formula reads value ${id} before it is made`);
    return known;
  }

  #name(noun: string): string {
    let name = noun;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${noun}${count}`;
    this.#taken.add(name);
    return name;
  }
}
