/** Elementwise operations: by their formulas, or by TensorFlow's own operator where it has one. */
import type { NodeOf } from "../../../network/graph.ts";
import { type ElementwiseName, elementwise } from "../../../ops/elementwise.ts";
import type { BinaryFunction, Formula, UnaryFunction } from "../../../ops/formula.ts";
import { inputAt } from "../../../ops/rules.ts";
import { bool, float, text } from "../attribute.ts";
import type { Row, RowContext } from "../row.ts";

const unary: Readonly<Record<UnaryFunction, string>> = {
  negate: "Neg",
  exp: "Exp",
  log: "Log",
  sqrt: "Sqrt",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
  erf: "Erf",
  sign: "Sign",
};

const binary: Readonly<Record<BinaryFunction, string>> = {
  add: "AddV2",
  subtract: "Sub",
  multiply: "Mul",
  divide: "RealDiv",
  maximum: "Maximum",
  minimum: "Minimum",
};

/** The nodes of a formula. A formula that is one of the inputs adds none; a part that occurs several times is computed once. */
export function formulaValue(formula: Formula, inputs: readonly string[], row: RowContext): string {
  const known = new Map<Formula, string>();
  const operand = (part: Formula): string => {
    const value = known.get(part) ?? made(part);
    known.set(part, value);
    return value;
  };
  const made = (part: Formula): string => {
    switch (part.kind) {
      case "input":
        return inputAt(inputs, part.place);
      case "weight":
        return row.weight(part.name);
      case "number":
        return row.builder.number(part.value);
      case "unary":
        return row.step(unary[part.apply], [operand(part.to)]);
      case "binary":
        return row.step(binary[part.apply], [operand(part.first), operand(part.second)]);
    }
  };
  return operand(formula);
}

const plain =
  (op: string): Row<ElementwiseName> =>
  (_, inputs, row) =>
    row.step(op, inputs);

export const elementwiseRows: { readonly [O in ElementwiseName]?: Row<O> } = {
  relu: plain("Relu"),
  abs: plain("Abs"),
  relu6: plain("Relu6"),
  leaky_relu: (node, inputs, row) => row.step("LeakyRelu", inputs, { alpha: float(node.attributes.slope) }),
  prelu: (node, inputs, row) =>
    // The kernels of TensorFlow.js take one slope per channel.
    node.attributes.shared
      ? formulaValue(elementwise.prelu(node.attributes), inputs, row)
      : row.step("Prelu", [...inputs, row.weight("slope")]),
  batchnorm,
};

/** Where it could not be folded into a convolution. */
function batchnorm(node: NodeOf<"batchnorm">, inputs: readonly string[], row: RowContext): string {
  const { epsilon, scale, shift } = node.attributes;
  const { channels } = node.map;
  const all = (what: string, value: number) =>
    row.constant(what, [channels], new Array<number>(channels).fill(value));
  return row.step(
    "FusedBatchNormV3",
    [
      ...inputs,
      scale ? row.weight("scale") : all("ones", 1),
      shift ? row.weight("shift") : all("zeros", 0),
      row.weight("running_mean"),
      row.weight("running_variance"),
    ],
    { epsilon: float(epsilon), is_training: bool(false), data_format: text("NHWC") },
  );
}
