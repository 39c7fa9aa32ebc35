/** Elementwise operations: by their formulas, or by ONNX's own operator where it has one. */
import type { NodeOf } from "../../../network/graph.ts";
import { float } from "../../../onnx/attribute.ts";
import type { ElementwiseName } from "../../../ops/elementwise.ts";
import type { BinaryFunction, Formula, UnaryFunction } from "../../../ops/formula.ts";
import { inputAt } from "../../../ops/rules.ts";
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
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  maximum: "Max",
  minimum: "Min",
};

/** The operators of a formula; the last is the node's own. A formula that is one of the inputs adds none. */
export function formulaValue(
  formula: Formula,
  channels: number,
  inputs: readonly string[],
  row: RowContext,
): string {
  const operand = (part: Formula): string => {
    switch (part.kind) {
      case "input":
        return inputAt(inputs, part.place);
      case "weight":
        return row.weight(part.name, [part.shared ? 1 : channels, 1, 1]);
      case "number":
        return row.model.number(part.value);
      case "unary":
        return row.step(unary[part.apply], [operand(part.to)]);
      case "binary":
        return row.step(binary[part.apply], [operand(part.first), operand(part.second)]);
    }
  };
  if (formula.kind === "unary") return row.main(unary[formula.apply], [operand(formula.to)]);
  if (formula.kind === "binary")
    return row.main(binary[formula.apply], [operand(formula.first), operand(formula.second)]);
  return operand(formula);
}

const plain =
  (operator: string): Row<ElementwiseName> =>
  (_, inputs, row) =>
    row.main(operator, inputs);

export const elementwiseRows: { readonly [O in ElementwiseName]?: Row<O> } = {
  relu: plain("Relu"),
  abs: plain("Abs"),
  relu6: (_, inputs, row) => row.main("Clip", [...inputs, row.model.number(0), row.model.number(6)]),
  leaky_relu: (node, inputs, row) => row.main("LeakyRelu", inputs, { alpha: float(node.attributes.slope) }),
  elu: (node, inputs, row) => row.main("Elu", inputs, { alpha: float(node.attributes.alpha) }),
  prelu: (node, inputs, row) =>
    row.main("PRelu", [
      ...inputs,
      row.weight("slope", [node.attributes.shared ? 1 : node.map.channels, 1, 1]),
    ]),
  batchnorm,
};

function batchnorm(node: NodeOf<"batchnorm">, inputs: readonly string[], row: RowContext): string {
  const { epsilon, scale, shift } = node.attributes;
  const { channels } = node.map;
  const all = (what: string, value: number) =>
    row.constant(what, [channels], new Array<number>(channels).fill(value));
  return row.main(
    "BatchNormalization",
    [
      ...inputs,
      scale ? row.weight("scale") : all("ones", 1),
      shift ? row.weight("shift") : all("zeros", 0),
      row.weight("running_mean"),
      row.weight("running_variance"),
    ],
    { epsilon: float(epsilon) },
  );
}
