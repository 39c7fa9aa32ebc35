/** How much a step computes: its products, else its elements. */
import type { Program, Step } from "../../program.ts";
import { elementCount } from "../../value.ts";

export function operationsOf({ values }: Pick<Program, "values">, step: Step): number {
  const count = (id: number | undefined) => elementCount(values[id ?? -1]?.shape ?? []);
  const [first, second] = step.operands;
  const [result] = step.results;
  switch (step.primitive) {
    case "conv":
      return count(result) * productsPerOutput(values[second ?? -1]?.shape);
    case "conv_input_gradient":
      return count(first) * productsPerOutput(values[second ?? -1]?.shape);
    case "conv_filter_gradient":
      return count(second) * productsPerOutput(values[result ?? -1]?.shape);
    case "matmul":
      return count(result) * (values[first ?? -1]?.shape.at(-1) ?? 1);
    default:
      return Math.max(...[...step.operands, ...step.results].map(count));
  }
}

/** @param shape of a filter, [outputs, inputs / groups, …kernel] */
function productsPerOutput(shape: readonly number[] = []): number {
  return elementCount(shape.slice(1));
}
