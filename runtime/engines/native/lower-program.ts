/** A tensor program as ONNX models: one, or several with what the host computes between them. */
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Program, Step, StepOf } from "../../../compiler/tensors/program.ts";
import type { TensorType } from "../../../compiler/tensors/value.ts";
import type { Lowered, LoweringTable } from "./lowering/lowering.ts";
import { OnnxGraph } from "./onnx-graph.ts";

export type LoweredPart =
  | {
      readonly kind: "model";
      readonly model: Uint8Array;
      /** Numbers of the program's values: inputs are named `inputName`, outputs `resultName`. */
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
    }
  /** What the engine has no operator for. */
  | { readonly kind: "host"; readonly step: Step };

export function inputName(value: number): string {
  return `input ${value}`;
}

export function resultName(value: number): string {
  return `result ${value}`;
}

/** In order. @param onHost the primitives that the table does not lower */
export function lowerProgram(
  program: Program,
  table: LoweringTable,
  onHost: (primitive: PrimitiveName) => boolean = isOnHost,
): readonly LoweredPart[] {
  const needed = neededValues(program);
  const steps = program.steps.filter(({ results }) => results.some((id) => needed.has(id)));
  const given = new Set([...program.feeds, ...program.state].map(({ value }) => value));
  const wanted = new Set([...program.outputs, ...program.updates].map(({ value }) => value));
  const parts: LoweredPart[] = [];
  let from = 0;
  const lowerUpTo = (to: number) => {
    const own = steps.slice(from, to);
    const made = new Set(own.flatMap(({ results }) => results));
    const later = new Set([...wanted, ...steps.slice(to).flatMap(({ operands }) => operands)]);
    // the last part hands on what is given and wanted as it is
    const handed = to === steps.length ? [...wanted].filter((id) => given.has(id)) : [];
    const outputs = [...[...made].filter((id) => later.has(id)), ...handed];
    if (outputs.length > 0) parts.push(lowerPart(program, own, outputs, needed, table));
    from = to;
  };
  for (const [place, step] of steps.entries()) {
    if (!onHost(step.primitive)) continue;
    lowerUpTo(place);
    parts.push({ kind: "host", step });
    from = place + 1;
  }
  lowerUpTo(steps.length);
  return parts;
}

/** ONNX has no operator for it. */
function isOnHost(primitive: PrimitiveName): boolean {
  return primitive === "lattice";
}

function lowerPart(
  program: Program,
  steps: readonly Step[],
  outputs: readonly number[],
  needed: ReadonlySet<number>,
  table: LoweringTable,
): LoweredPart {
  const graph = new OnnxGraph();
  const values = new Map<number, Lowered>();
  const made = new Set(steps.flatMap(({ results }) => results));
  const read = [...steps.flatMap(({ operands }) => operands), ...outputs].filter((id) => !made.has(id));
  const inputs = [...new Set(read)];
  for (const id of inputs) {
    const type = typeOf(program, id);
    values.set(id, { type, value: graph.input(inputName(id), { element: type.type, shape: type.shape }) });
  }
  const lowered = (id: number): Lowered => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`value ${id} is not computed yet`);
    return value;
  };
  for (const step of steps) {
    const types = step.results.map((id) => typeOf(program, id));
    const isRead = step.results.map((id) => needed.has(id));
    const results = lowerStep(step, table, graph, step.operands.map(lowered), types, isRead);
    for (const [place, id] of step.results.entries()) {
      const result = results[place];
      if (result !== undefined) values.set(id, { ...result, type: typeOf(program, id) });
    }
  }
  for (const id of outputs) {
    const { type, value } = lowered(id);
    graph.output(resultName(id), graph.expand(graph.cast(value, type.type), type.shape));
  }
  return { kind: "model", model: graph.encode(), inputs, outputs };
}

function lowerStep<P extends PrimitiveName>(
  { primitive, attributes }: Pick<StepOf<P>, "primitive" | "attributes">,
  table: LoweringTable,
  graph: OnnxGraph,
  operands: readonly Lowered[],
  results: readonly TensorType[],
  read: readonly boolean[],
) {
  return table[primitive]({ graph, attributes, operands, results, read });
}

/** Values that an output or an update needs. */
function neededValues({ steps, outputs, updates }: Program): ReadonlySet<number> {
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
