/**
 * Running statistics of normalisations: kept · before + share · now, of a few hundred numbers each. The host computes them, as ONNX Runtime
 * would, bit for bit: six nodes for each normalisation took longer to open, and to run, than what they computed.
 */
import type { Program, Step, Update } from "../../../compiler/tensors/program.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";

export interface RunningAverage {
  /** Values of the program: what the state becomes, what it was, and what the run found. */
  readonly result: number;
  readonly before: number;
  readonly now: number;
  readonly kept: number;
  readonly share: number;
}

/** Longer ones are left to ONNX Runtime, which has more threads. */
const most = 2 ** 16;

/** The program's averages, and the program without them. */
export function runningAverages(program: Program): {
  readonly averages: readonly RunningAverage[];
  readonly rest: Program;
} {
  const { steps, updates, outputs, state, values } = program;
  const states = new Map(state.map(({ name, value }) => [name, value]));
  const makers = new Map(steps.flatMap((step) => step.results.map((id) => [id, step] as const)));
  const readers = new Uint32Array(values.length);
  const count = (id: number) => {
    readers[id] = (readers[id] ?? 0) + 1;
  };
  for (const { operands } of steps) operands.forEach(count);
  for (const { value } of [...updates, ...outputs]) count(value);
  /** The step that computes it, where nothing else reads it. */
  const ownStep = (id: number | undefined, primitive: "add" | "multiply"): Step | undefined => {
    const step = readers[id ?? -1] === 1 ? makers.get(id ?? -1) : undefined;
    return step?.primitive === primitive ? step : undefined;
  };
  const numberOf = (id: number): number | undefined => {
    const step = makers.get(id);
    if (step?.primitive !== "constant" || step.attributes.values.length !== 1) return undefined;
    return step.attributes.values[0];
  };
  /** A value times a number. */
  const product = (step: Step) => {
    const [a = -1, b = -1] = step.operands;
    const [first, second] = [numberOf(a), numberOf(b)];
    if (second !== undefined) return { value: a, number: second };
    return first === undefined ? undefined : { value: b, number: first };
  };
  const removed = new Set<Step>();
  const averageOf = ({ state: name, value }: Update): readonly RunningAverage[] => {
    const sum = ownStep(value, "add");
    const [one, other] = sum?.operands.map((id) => ownStep(id, "multiply")) ?? [];
    if (sum === undefined || one === undefined || other === undefined) return [];
    const [a, b] = [product(one), product(other)];
    const before = states.get(name);
    if (a === undefined || b === undefined || (a.value !== before && b.value !== before)) return [];
    const [kept, share] = a.value === before ? [a, b] : [b, a];
    const size = (id: number) => elementCount(values[id]?.shape ?? []);
    if (size(value) > most || size(kept.value) !== size(value) || size(share.value) !== size(value))
      return [];
    for (const step of [sum, one, other]) removed.add(step);
    return [{ result: value, before: kept.value, now: share.value, kept: kept.number, share: share.number }];
  };
  const averages = updates.flatMap(averageOf);
  const computed = new Set(averages.map(({ result }) => result));
  return {
    averages,
    rest: {
      ...program,
      steps: steps.filter((step) => !removed.has(step)),
      updates: updates.filter(({ value }) => !computed.has(value)),
    },
  };
}

/** In single precision, each product and the sum rounded. */
export function writeAverage(
  { kept, share }: Pick<RunningAverage, "kept" | "share">,
  before: ArrayLike<number>,
  now: ArrayLike<number>,
  result: Float32Array,
): void {
  const [a, b] = [Math.fround(kept), Math.fround(share)];
  for (let i = 0; i < result.length; i++)
    result[i] = Math.fround(a * (before[i] ?? 0)) + Math.fround(b * (now[i] ?? 0));
}
