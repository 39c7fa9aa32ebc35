/** The gradients of a batch as arrays of this process. */
import type { Graph } from "../../compiler/network/graph.ts";
import { trainedWeights } from "../../compiler/tensors/programs/training.ts";
import type { WeightArray } from "../arrays.ts";
import type { PreparedProgram, ProgramRun } from "./executor.ts";
import { gradientsOf } from "./program-outputs.ts";

/** By weight, in the graph's order; zeros where the loss does not depend on it. */
export async function readGradients(
  graph: Graph,
  prepared: PreparedProgram,
  run: ProgramRun,
): Promise<Map<string, WeightArray>> {
  const gradients = run.held === undefined ? gradientsOf(prepared, run) : undefined;
  const result = new Map<string, WeightArray>();
  for (const { name, shape } of trainedWeights({ graph })) {
    const known = run.held?.has(name) === true || gradients?.has(name) === true;
    const found = known ? ((await run.gradient?.(name)) ?? gradients?.get(name)) : undefined;
    const zeros = new Float32Array(shape.reduce((count, extent) => count * extent, 1));
    result.set(name, { shape, data: found === undefined ? zeros : Float32Array.from(found) });
  }
  return result;
}
