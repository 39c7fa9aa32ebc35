/** Elementwise operations: by their formulas, or by the function that TensorFlow.js has for it. */
import type { ElementwiseName } from "../../../ops/elementwise.ts";
import type { BinaryFunction, Formula, UnaryFunction } from "../../../ops/formula.ts";
import {
  argument,
  argumentHole,
  type Expression,
  expression,
  nameHole,
  type Row,
  withArguments,
} from "../row.ts";

const unary: Readonly<Record<UnaryFunction, string>> = {
  negate: "neg",
  exp: "exp",
  log: "log",
  sqrt: "sqrt",
  tanh: "tanh",
  sigmoid: "sigmoid",
  erf: "erf",
  sign: "sign",
};

const binary: Readonly<Record<BinaryFunction, string>> = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  maximum: "maximum",
  minimum: "minimum",
};

/** A formula that is one of the inputs is that input. */
export function formulaExpression(formula: Formula, inputs: readonly string[]): Expression {
  const { apply, operands } = partsOf(formula);
  if (apply === undefined) return expression(operand(formula, inputs), ...helpersOf(formula));
  const typed = formula.kind === "binary" ? "<tf.Tensor4D>" : "";
  return expression(
    `tf.${apply}${typed}(${operands.map((part) => operand(part, inputs)).join(", ")})`,
    ...helpersOf(formula),
  );
}

function partsOf(formula: Formula): {
  readonly apply: string | undefined;
  readonly operands: readonly Formula[];
} {
  if (formula.kind === "unary") return { apply: unary[formula.apply], operands: [formula.to] };
  if (formula.kind !== "binary") return { apply: undefined, operands: [] };
  const { first, second } = formula;
  // At a tie TensorFlow.js gives maximum(x, 0) the slope 1, the field 0: the rectifier's.
  if (formula.apply === "maximum" && isZero(second)) return { apply: "relu", operands: [first] };
  return { apply: binary[formula.apply], operands: [first, second] };
}

function isZero(formula: Formula): boolean {
  return formula.kind === "number" && formula.value === 0;
}

function operand(formula: Formula, inputs: readonly string[]): string {
  switch (formula.kind) {
    case "input":
      return inputs[formula.place] ?? "";
    case "number":
      return String(formula.value);
    case "weight":
      return `pass.weight(\`\${${nameHole}}.${formula.name}\`)`;
    case "unary":
    case "binary": {
      const { apply, operands } = partsOf(formula);
      return `tf.${apply}(${operands.map((part) => operand(part, inputs)).join(", ")})`;
    }
  }
}

function helpersOf(formula: Formula): readonly "pass"[] {
  switch (formula.kind) {
    case "weight":
      return ["pass"];
    case "unary":
      return helpersOf(formula.to);
    case "binary":
      return [...helpersOf(formula.first), ...helpersOf(formula.second)];
    default:
      return [];
  }
}

const named =
  (name: string): Row<ElementwiseName> =>
  (_, [x = ""]) =>
    expression(`tf.${name}(${x})`);

export const pointwiseRows: { readonly [O in ElementwiseName]?: Row<O> } = {
  relu: named("relu"),
  relu6: named("relu6"),
  sigmoid: named("sigmoid"),
  tanh: named("tanh"),
  abs: named("abs"),
  leaky_relu: (node, [x = ""]) =>
    withArguments(
      expression(`tf.leakyRelu(${x}, ${argumentHole("slope")})`),
      argument("slope", node.attributes.slope),
    ),
  elu: (node, [x = ""]) =>
    node.attributes.alpha === 1
      ? expression(`tf.elu(${x})`)
      : withArguments(
          expression(`elu(${x}, ${argumentHole("alpha")})`, "elu"),
          argument("alpha", node.attributes.alpha),
        ),
  prelu: (_, [x = ""]) => expression(`prelu(pass, ${x}, ${nameHole})`, "prelu"),
};
