/** Functions of one element and of two; comparing, choosing, changing the type. */
import { float } from "../../../../compiler/onnx/attribute.ts";
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import { type Lowered, type Lowering, one, operandAt } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { commonShape, pairwise } from "../pairwise.ts";

/** Of as few elements as its operand has before it is repeated. */
export function unary<P extends PrimitiveName>(operator: string): Lowering<P> {
  return ({ graph, operands }) => {
    const { value, type } = operandAt(operands, 0);
    return one(each(graph, operator, graph.cast(value, type.type)));
  };
}

/** The operator of one operand. What was a vector before it was given more axes is computed as one: each shape is a node. */
function each(graph: OnnxGraph, operator: string, x: OnnxValue): OnnxValue {
  const source = graph.asVector(x) ?? x;
  return graph.reshape(graph.apply(operator, [source], source.shape, {}, x.element), x.shape);
}

export function binary<P extends PrimitiveName>(operator: string): Lowering<P> {
  return ({ graph, operands }) => {
    const [a, b] = both(graph, operands);
    return one(pairwise(graph, operator, a, b));
  };
}

function both(graph: OnnxGraph, operands: readonly Lowered[]): readonly [OnnxValue, OnnxValue] {
  const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
  return [graph.cast(a.value, a.type.type), graph.cast(b.value, b.type.type)];
}

export const maximum: Lowering<"maximum"> = (call) => {
  const { graph, operands } = call;
  const [a, b] = both(graph, operands);
  if (a.element === "float32" && operandAt(operands, 1).uniform === 0) return one(each(graph, "Relu", a));
  return one(pairwise(graph, "Max", a, b));
};

export const divide: Lowering<"divide"> = (call) => {
  const { graph, operands } = call;
  const [a, b] = both(graph, operands);
  if (operandAt(operands, 0).uniform === 1) return one(each(graph, "Reciprocal", b));
  return one(pairwise(graph, "Div", a, b));
};

/** Quarters as roots: the operator for any power takes several times as long. */
export const power: Lowering<"power"> = (call) => {
  const { graph, operands } = call;
  const [x, exponent] = both(graph, operands);
  const { uniform } = operandAt(operands, 1);
  const quarters = uniform === undefined ? 0 : Math.abs(uniform) * 4;
  if (uniform === undefined || quarters === 0 || !Number.isInteger(quarters) || quarters > 12)
    return one(pairwise(graph, "Pow", x, exponent));
  const root = (value: OnnxValue) => graph.once(`root of ${value.name}`, () => each(graph, "Sqrt", value));
  const factors = [
    ...Array.from({ length: Math.floor(quarters / 4) }, () => x),
    ...(quarters % 4 >= 2 ? [root(x)] : []),
    ...(quarters % 2 === 1 ? [root(root(x))] : []),
  ];
  const product = factors.reduce((a, b) => pairwise(graph, "Mul", a, b));
  return one(uniform > 0 ? product : each(graph, "Reciprocal", product));
};

const relations = { equal: "Equal", less: "Less", greater: "Greater" } as const;

export const compare: Lowering<"compare"> = ({ graph, attributes: { relation }, operands }) => {
  const [a, b] = both(graph, operands);
  const value = pairwise(graph, relations[relation], a, b, "bool");
  const isPositive =
    relation === "greater" && a.element === "float32" && operandAt(operands, 1).uniform === 0;
  return [{ value, positive: isPositive ? operandAt(operands, 0) : undefined }];
};

/** So steep that it is 1 for every positive number of full precision. */
const steep = 3e38;

export const select: Lowering<"select"> = ({ graph, operands }) => {
  const [condition, a, b] = [operandAt(operands, 0), operandAt(operands, 1), operandAt(operands, 2)];
  const [first, second] = [graph.cast(a.value, a.type.type), graph.cast(b.value, b.type.type)];
  const { positive } = condition.parts;
  if (positive !== undefined && b.uniform === 0 && a.type.type === "float32") {
    // what a ReLU lets through: three times as fast as choosing
    const x = positive.value;
    const mask = graph.once(`above 0 ${x.name}`, () =>
      graph.apply("HardSigmoid", [x], x.shape, { alpha: float(steep), beta: float(0) }),
    );
    return one(pairwise(graph, "Mul", first, mask));
  }
  const chosen = graph.cast(condition.value, "bool");
  const shape = commonShape(chosen.shape, commonShape(first.shape, second.shape));
  return one(graph.apply("Where", [chosen, first, second], shape, {}, first.element));
};

export const convert: Lowering<"convert"> = ({ graph, attributes: { type }, operands }) => [
  { value: graph.cast(operandAt(operands, 0).value, type) },
];
