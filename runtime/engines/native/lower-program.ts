/** A tensor program as an ONNX model. */
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Program, Step, StepOf, StepOrigin } from "../../../compiler/tensors/program.ts";
import type { TensorType } from "../../../compiler/tensors/value.ts";
import { type Lowered, type LoweringTable, NoLowering } from "./lowering/lowering.ts";
import { OnnxGraph } from "./onnx-graph.ts";

export interface LoweredProgram {
  readonly model: Uint8Array;
  /** Of the graph, by name. What nothing reads is left out. */
  readonly inputs: ReadonlyMap<string, TensorType>;
  readonly outputs: ReadonlyMap<string, TensorType>;
}

/** The step that the engine cannot compute, and why. */
export class UnloweredStep extends Error {
  override readonly name = "UnloweredStep";
  readonly origin: StepOrigin;
  constructor(message: string, origin: StepOrigin) {
    super(message);
    this.origin = origin;
  }
}

/** The name of a graph's input or output that is a state. */
export function stateName(name: string): string {
  return `state ${name}`;
}

/** @throws UnloweredStep */
export function lowerProgram(program: Program, table: LoweringTable): LoweredProgram {
  const graph = new OnnxGraph();
  const values = new Map<number, Lowered>();
  const readers = read(program);
  const inputs = new Map<string, TensorType>();
  const given = [
    ...program.feeds.map(({ kind, name, value }) => [feedName(kind, name), value] as const),
    ...program.state.map(({ name, value }) => [stateName(name), value] as const),
  ];
  for (const [name, id] of given) {
    if (!readers.has(id)) continue;
    const type = typeOf(program, id);
    inputs.set(name, type);
    values.set(id, { type, value: graph.input(name, { element: type.type, shape: type.shape }) });
  }
  for (const step of program.steps) {
    if (!step.results.some((id) => readers.has(id))) continue;
    lowerStep(program, step, { graph, values, readers, table });
  }
  const outputs = new Map<string, TensorType>();
  const given_out = [
    ...program.outputs.map(({ kind, name, value }) => [outputName(kind, name), value] as const),
    ...program.updates.map(({ state, value }) => [stateName(state), value] as const),
  ];
  for (const [name, id] of given_out) {
    const found = values.get(id);
    if (found === undefined) throw new Error(`value ${id} was not computed`);
    const { type, value } = found;
    graph.output(
      name.startsWith("state ") ? `new ${name}` : name,
      graph.expand(graph.cast(value, type.type), type.shape),
    );
    outputs.set(name, type);
  }
  return { model: graph.encode(), inputs, outputs };
}

interface Lowerings {
  readonly graph: OnnxGraph;
  readonly values: Map<number, Lowered>;
  readonly readers: ReadonlySet<number>;
  readonly table: LoweringTable;
}

function lowerStep(program: Program, step: Step, { graph, values, readers, table }: Lowerings): void {
  const operands = step.operands.map((id) => {
    const operand = values.get(id);
    if (operand === undefined) throw new Error(`value ${id} is not computed yet`);
    return operand;
  });
  const types = step.results.map((id) => typeOf(program, id));
  const results = lower(
    step,
    table,
    graph,
    operands,
    types,
    step.results.map((id) => readers.has(id)),
  );
  for (const [place, id] of step.results.entries()) {
    const result = results[place];
    if (result !== undefined) values.set(id, { ...result, type: types[place] ?? typeOf(program, id) });
  }
}

function lower<P extends PrimitiveName>(
  { primitive, attributes, origin }: Pick<StepOf<P>, "primitive" | "attributes" | "origin">,
  table: LoweringTable,
  graph: OnnxGraph,
  operands: readonly Lowered[],
  results: readonly TensorType[],
  read: readonly boolean[],
) {
  try {
    return table[primitive]({ graph, attributes, operands, results, read });
  } catch (problem) {
    if (problem instanceof NoLowering) throw new UnloweredStep(problem.message, origin);
    throw problem;
  }
}

/** Values that a needed step, an output or an update reads. */
function read({ steps, outputs, updates }: Program): ReadonlySet<number> {
  const found = new Set([...outputs, ...updates].map(({ value }) => value));
  for (const { operands, results } of steps.toReversed()) {
    if (results.some((id) => found.has(id))) for (const id of operands) found.add(id);
  }
  return found;
}

function typeOf(program: Program, id: number): TensorType {
  const type = program.values[id];
  if (type === undefined) throw new Error(`the program has no value ${id}`);
  return type;
}
