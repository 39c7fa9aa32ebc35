/** Vectors divided by vectors that they are products of: these are left out, so that nothing is divided, by 0 least of all. */
import { elementCount } from "../../../compiler/tensors/value.ts";
import type { OnnxGraph, OnnxValue } from "./onnx-graph.ts";
import { pairwise } from "./pairwise.ts";

/** [channels], as the divisor is. `undefined`: the divisor, or its two factors, are not among the factors. */
export function quotient(graph: OnnxGraph, value: OnnxValue, divisor: OnnxValue): OnnxValue | undefined {
  const whole = unshaped(graph, divisor);
  const found = without(graph, value, whole.name) ?? withoutFactors(graph, value, whole);
  return found && graph.expand(asValue(graph, found), divisor.shape);
}

/** A value, or 1 where nothing is left. */
type Rest = OnnxValue | 1;

function withoutFactors(graph: OnnxGraph, value: OnnxValue, divisor: OnnxValue): Rest | undefined {
  const maker = graph.makerOf(divisor);
  const [a, b] = maker?.operands ?? [];
  if (maker?.operator !== "Mul" || a === undefined || b === undefined) return undefined;
  const rest = without(graph, value, unshaped(graph, a).name);
  return rest === undefined || rest === 1 ? undefined : without(graph, rest, unshaped(graph, b).name);
}

function without(graph: OnnxGraph, value: OnnxValue, factor: string): Rest | undefined {
  if (value.name === factor) return 1;
  const { operator, operands: [a, b] = [] } = graph.makerOf(value) ?? {};
  if (a === undefined) return undefined;
  const rest = () => without(graph, a, factor);
  if (operator === "Reshape") {
    const found = rest();
    if (found === undefined || found === 1) return found;
    return elementCount(found.shape) === elementCount(value.shape)
      ? graph.reshape(found, value.shape)
      : found;
  }
  if (operator === "Neg") {
    const found = rest();
    return found && times(graph, found, graph.number(-1));
  }
  if (b === undefined) return undefined;
  if (operator === "Div") {
    const found = rest();
    return found && pairwise(graph, "Div", asValue(graph, found), b);
  }
  if (operator === "Mul") {
    const found = rest();
    if (found !== undefined) return times(graph, found, b);
    const other = without(graph, b, factor);
    return other && times(graph, other, a);
  }
  if (operator === "Add") {
    const [one, two] = [rest(), without(graph, b, factor)];
    return one && two && pairwise(graph, "Add", asValue(graph, one), asValue(graph, two));
  }
  return undefined;
}

function times(graph: OnnxGraph, rest: Rest, value: OnnxValue): OnnxValue {
  return rest === 1 ? value : pairwise(graph, "Mul", rest, value);
}

function asValue(graph: OnnxGraph, rest: Rest): OnnxValue {
  return rest === 1 ? graph.number(1) : rest;
}

/** Before it was given another shape. */
function unshaped(graph: OnnxGraph, value: OnnxValue): OnnxValue {
  const maker = graph.makerOf(value);
  const [before] = maker?.operands ?? [];
  return maker?.operator === "Reshape" && before !== undefined ? unshaped(graph, before) : value;
}
