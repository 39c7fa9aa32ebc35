/** A program whose moments, means and one-hot codes are sums and functions of single elements, which are computed in one loop. */
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import { elementCount, type TensorType } from "../../../../compiler/tensors/value.ts";
import { verified } from "../../../../compiler/tensors/verify.ts";

export function plainSteps(program: Program): Program {
  const values: TensorType[] = [...program.values];
  const steps: Step[] = [];
  const add = (type: TensorType): number => values.push(type) - 1;
  const typeOf = (id: number | undefined): TensorType => {
    const type = values[id ?? -1];
    if (type === undefined) throw new Error(`the program has no value ${id}`);
    return type;
  };
  for (const step of program.steps) {
    const { origin, operands, results } = step;
    const [x = -1] = operands;
    const append = (
      primitive: "add" | "subtract" | "multiply",
      given: readonly number[],
      result = add(typeOf(given[0])),
    ) => {
      steps.push({ primitive, attributes: {}, operands: given, results: [result], origin });
      return result;
    };
    const number = (value: number): number => {
      const result = add({ type: "float32", shape: [] });
      const attributes = { type: "float32", shape: [], values: [value] } as const;
      steps.push({ primitive: "constant", attributes, operands: [], results: [result], origin });
      return result;
    };
    const mean = (of: number, axes: readonly number[], result: number): void => {
      const type = typeOf(result);
      const total = add(type);
      steps.push({ primitive: "sum", attributes: { axes }, operands: [of], results: [total], origin });
      append("multiply", [total, number(elementCount(type.shape) / elementCount(typeOf(of).shape))], result);
    };
    if (step.primitive === "mean") mean(x, step.attributes.axes, results[0] ?? -1);
    else if (step.primitive === "moments") {
      const [average = -1, variance = -1] = results;
      mean(x, step.attributes.axes, average);
      const away = append("subtract", [x, average]);
      mean(append("multiply", [away, away]), step.attributes.axes, variance);
    } else if (step.primitive === "one_hot") {
      const { axis, classes } = step.attributes;
      const shape = typeOf(results[0]).shape;
      const numbers = add({ type: "int32", shape: shape.map((_, at) => (at === axis ? classes : 1)) });
      const each = Array.from({ length: classes }, (_, i) => i);
      const constant = { ...typeOf(numbers), values: each };
      steps.push({ primitive: "constant", attributes: constant, operands: [], results: [numbers], origin });
      const same = add({ type: "int32", shape });
      const equal = { relation: "equal" } as const;
      steps.push({
        primitive: "compare",
        attributes: equal,
        operands: [x, numbers],
        results: [same],
        origin,
      });
      const convert = { type: "float32" } as const;
      steps.push({ primitive: "convert", attributes: convert, operands: [same], results, origin });
    } else steps.push(step);
  }
  return verified({ ...program, values, steps }, "parting moments");
}
