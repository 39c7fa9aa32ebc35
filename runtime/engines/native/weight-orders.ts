/** Which weights a training program would store in another order: those whose gradient is computed in it. */
import type { Program } from "../../../compiler/tensors/program.ts";
import { gradientOrder } from "./blocked/filter-gradient.ts";
import type { WeightOrder } from "./weight-order.ts";

/** By the weight's name. */
export function weightOrders(program: Program, block: number): ReadonlyMap<string, WeightOrder> {
  const made = new Map(program.steps.flatMap((step) => step.results.map((id) => [id, step] as const)));
  const weights = new Set(program.state.filter(({ kind }) => kind === "weight").map(({ name }) => name));
  const shapeOf = (id: number | undefined) => program.values[id ?? -1]?.shape ?? [];
  return new Map(
    program.outputs.flatMap(({ kind, name, value }) => {
      const step = made.get(value);
      if (kind !== "gradient" || !weights.has(name) || step?.primitive !== "conv_filter_gradient") return [];
      const [x, gradient] = step.operands;
      const order = gradientOrder(step.attributes, shapeOf(x), shapeOf(gradient), block);
      return order === undefined ? [] : [[name, order] as const];
    }),
  );
}
