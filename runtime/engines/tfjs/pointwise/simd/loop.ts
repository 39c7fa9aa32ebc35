/**
 * A group of steps as a loop of WebAssembly over the backend's memory, four numbers at once. Numbers are float32 throughout; sums are
 * added up in float64.
 */
import { elementCount } from "../../../../../compiler/tensors/value.ts";
import type { WasmMemory } from "../../kernels/loop-memory.ts";
import type { Group } from "../group.ts";
import type { LoopPlan } from "../loop-plan.ts";
import { hasInstructions } from "./functions.ts";
import { LoopWriter, nameOf } from "./loop-writer.ts";
import type { LoopModule } from "./web-assembly.ts";

/** @param leaves their addresses; @param results also: of a sum that of its float64 numbers */
export type SimdLoop = (memory: WasmMemory, leaves: readonly number[], results: readonly number[]) => void;

/** Along the innermost axis, and in all: with less, a call takes longer than the numbers. */
const [fewest, fewestInAll] = [4, 256];

/** Sums in float64 take memory of their own. */
const mostSums = 8192;

/** `undefined`: it has no such form, or too few numbers. */
export function simdLoop(group: Group, plan: LoopPlan): SimdLoop | undefined {
  const { extents, leaves, results } = plan;
  const inner = extents.length - 1;
  const fits =
    [...group.leaves, ...group.results].every(({ type }) => type === "float32") &&
    group.nodes.every(({ step }) => hasInstructions(step)) &&
    [...leaves, ...results].every((strides) => (strides[inner] ?? 0) <= 1) &&
    group.results.every(({ reduced, shape }) => reduced !== "sum" || elementCount(shape) <= mostSums) &&
    (extents[inner] ?? 0) >= fewest &&
    elementCount(extents) >= fewestInAll;
  if (!fits) return undefined;
  const steps = [...leaves, ...results].flatMap((strides, i) => {
    const bytes = group.results[i - leaves.length]?.reduced === "sum" ? 8 : 4;
    return strides.slice(0, inner).flatMap((stride) => (stride === 0 ? [] : [stride * bytes]));
  });
  let module: LoopModule | undefined; // made where it runs: other backends plan it, too
  return (memory, from, to) => {
    module ??= moduleOf(group, plan);
    functionOf(module, memory)(...from, ...to, ...extents, ...steps);
  };
}

type Run = ReturnType<LoopModule["instance"]>;

/** By their form. */
const modules = new Map<string, LoopModule>();
const instances = new WeakMap<WasmMemory, Map<LoopModule, Run>>();

function moduleOf(group: Group, plan: LoopPlan): LoopModule {
  const walks = (strides: readonly number[]) => strides.map((stride) => Number(stride !== 0));
  const key = JSON.stringify([
    group.nodes.map(({ step, operands }) => [
      step.primitive,
      step.primitive === "compare" ? step.attributes.relation : "",
      operands.map(nameOf),
    ]),
    group.results.map(({ of, reduced }) => [nameOf(of), reduced]),
    plan.leaves.map(walks),
    plan.results.map(walks),
  ]);
  const module = modules.get(key) ?? new LoopWriter(group, plan).written();
  modules.set(key, module);
  return module;
}

function functionOf(module: LoopModule, memory: WasmMemory): Run {
  const known = instances.get(memory) ?? new Map<LoopModule, Run>();
  instances.set(memory, known);
  const found = known.get(module);
  if (found !== undefined) return found;
  const made = module.instance(memory);
  known.set(module, made);
  return made;
}
