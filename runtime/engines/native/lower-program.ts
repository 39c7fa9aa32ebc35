/** A tensor program as ONNX models: one, or several with what the host computes between them. */
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Program, Step, StepOf } from "../../../compiler/tensors/program.ts";
import { elementCount, type TensorType } from "../../../compiler/tensors/value.ts";
import { inGraphOrder, inStoredOrder } from "./blocked/filters.ts";
import { BlockedMap } from "./blocked-map.ts";
import { Lowered, type LoweredParts, type LoweringTable } from "./lowered.ts";
import { OnnxGraph, type OnnxValue } from "./onnx-graph.ts";
import { type RunningAverage, runningAverages } from "./running-averages.ts";
import { sumModel } from "./sum-of-gradients.ts";
import { storedShape, type WeightOrder } from "./weight-order.ts";

export type LoweredPart =
  | {
      readonly kind: "model";
      readonly model: Uint8Array;
      /** What depends on the state alone, computed when it has changed: a model whose outputs are further inputs of this one, by name. */
      readonly early: EarlyModel | undefined;
      /** Their shapes, by numbers of the program's values: inputs are named `inputName`, outputs `resultName`. */
      readonly inputs: ReadonlyMap<number, readonly number[]>;
      readonly outputs: ReadonlyMap<number, readonly number[]>;
      /** Of an update of weights: which input's buffer an output may be written into, both by the program's values. */
      readonly over: ReadonlyMap<number, number>;
      /** Whether it gives `sumName`: the sum of all gradients, which is finite only if each of them is. */
      readonly sums: boolean;
    }
  /** What the engine has no operator for. */
  | { readonly kind: "host"; readonly step: Step }
  /** Of values that models give. */
  | { readonly kind: "averages"; readonly averages: readonly RunningAverage[] };

export interface EarlyModel {
  readonly model: Uint8Array;
  readonly inputs: ReadonlyMap<number, readonly number[]>;
}

export function inputName(value: number): string {
  return `input ${value}`;
}

export function resultName(value: number): string {
  return `result ${value}`;
}

export interface LoweringSettings {
  readonly table: LoweringTable;
  /** Of weights that are not stored in the graph's order, by name. */
  readonly orders?: ReadonlyMap<string, WeightOrder>;
  /** Of a program that takes each element by itself, where the blocked kernels are used: their block. */
  readonly flat?: number | undefined;
  /** As `OnnxGraphSettings` have it. */
  readonly hidesShapes?: boolean;
}

/** In order. @param onHost the primitives that the table does not lower */
export function lowerProgram(
  whole: Program,
  { table, orders = new Map(), flat, hidesShapes = false }: LoweringSettings,
  onHost: (primitive: PrimitiveName) => boolean = isOnHost,
): readonly LoweredPart[] {
  // an update of weights takes each element by itself, and changes no statistics
  const { averages, rest: program } = updatesWeights(whole)
    ? { averages: [], rest: whole }
    : runningAverages(whole);
  const averaged = averages.map(({ now }) => now);
  const needed = neededValues(program, averaged);
  const steps = program.steps.filter(({ results }) => results.some((id) => needed.has(id)));
  const fromOutside = new Set([...program.feeds, ...program.state].map(({ value }) => value));
  const wanted = new Set([
    ...[...program.outputs, ...program.updates].map(({ value }) => value),
    ...averaged,
  ]);
  const parts: LoweredPart[] = [];
  let from = 0;
  const lowerUpTo = (to: number) => {
    const own = steps.slice(from, to);
    const made = new Set(own.flatMap(({ results }) => results));
    const later = new Set([...wanted, ...steps.slice(to).flatMap(({ operands }) => operands)]);
    // the last part hands on what is given and wanted as it is
    const handed = to === steps.length ? [...wanted].filter((id) => fromOutside.has(id)) : [];
    const outputs = [...[...made].filter((id) => later.has(id)), ...handed];
    if (outputs.length > 0)
      parts.push(lowerPart(program, own, outputs, { needed, table, orders, flat, hidesShapes }));
    from = to;
  };
  for (const [place, step] of steps.entries()) {
    if (!onHost(step.primitive)) continue;
    lowerUpTo(place);
    parts.push({ kind: "host", step });
    from = place + 1;
  }
  lowerUpTo(steps.length);
  if (averages.length > 0) parts.push({ kind: "averages", averages });
  return [...parts, ...sumOfGradients(program, parts)];
}

/** ONNX has no operator for it. */
function isOnHost(primitive: PrimitiveName): boolean {
  return primitive === "lattice";
}

function lowerPart(
  program: Program,
  steps: readonly Step[],
  outputs: readonly number[],
  { needed, table, orders, flat, hidesShapes }: Settings,
): LoweredPart {
  const graph = new OnnxGraph({ hidesShapes });
  const values = new Map<number, Lowered>();
  const made = new Set(steps.flatMap(({ results }) => results));
  const read = [...steps.flatMap(({ operands }) => operands), ...outputs].filter((id) => !made.has(id));
  const inputs = new Map<number, readonly number[]>();
  const stateNames = new Map(program.state.map(({ name, value }) => [value, name]));
  for (const id of new Set(read)) {
    const type = typeOf(program, id);
    const name = stateNames.get(id);
    const order = name === undefined ? undefined : orders.get(name);
    const own = order === undefined ? undefined : storedShape(type.shape, order);
    const flatShape =
      flat === undefined || type.type !== "float32"
        ? undefined
        : BlockedMap.flatShape(elementCount(type.shape), flat);
    const shape = own ?? flatShape ?? type.shape;
    const value = graph.input(inputName(id), { element: type.type, shape });
    inputs.set(id, shape);
    values.set(id, new Lowered(type, given(graph, value, type.shape, order, flatShape && flat)));
  }
  const lowered = (id: number): Lowered => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`value ${id} is not computed yet`);
    return value;
  };
  const readers = readersOf(program);
  const readAgain = new Map<number, Lowered>();
  const again = (id: number): Lowered => {
    const known = readAgain.get(id) ?? renamed(graph, lowered(id), typeOf(program, id).shape);
    readAgain.set(id, known);
    return known;
  };
  for (const step of steps) {
    const types = step.results.map((id) => typeOf(program, id));
    const isRead = step.results.map((id) => needed.has(id));
    const isAgain = step.origin.part === "recomputation";
    const results = lowerStep(
      step,
      table,
      graph,
      step.operands.map(isAgain ? again : lowered),
      types,
      isRead,
    );
    for (const [place, id] of step.results.entries()) {
      const result = results[place];
      if (result === undefined) continue;
      const found = new Lowered(typeOf(program, id), result);
      values.set(id, found);
      if (isAgain) readAgain.set(id, found);
      if ((readers.get(id) ?? 0) !== 1) result.blocked?.settle();
    }
  }
  const results = new Map<number, readonly number[]>();
  const gradients = new Map(
    program.outputs.flatMap(({ kind, name, value }) => (kind === "gradient" ? [[value, name]] : [])),
  );
  for (const id of outputs) {
    const weight = gradients.get(id);
    const order = weight === undefined ? undefined : orders.get(weight);
    const value = graph.beforeReshape(result(graph, lowered(id), order));
    graph.output(resultName(id), value);
    results.set(id, value.shape);
  }
  const over = updatesWeights(program) ? overwritten(program, graph, inputs, results) : new Map();
  return { kind: "model", ...parted(program, graph, inputs), outputs: results, over, sums: false };
}

/** An input, in its own order or as one of many values. */
function given(
  graph: OnnxGraph,
  value: OnnxValue,
  shape: readonly number[],
  order: WeightOrder | undefined,
  flat: number | undefined,
): LoweredParts {
  if (order !== undefined) {
    const stored = { order, value };
    return { stored, value: () => inGraphOrder(graph, stored, shape) };
  }
  if (flat === undefined) return { value };
  return { blocked: BlockedMap.flat(graph, flat, value, shape), value: () => graph.reshape(value, shape) };
}

/**
 * What the forward pass computed, for steps that are computed again: under a name of its own, since what was made from it before (its
 * ReLU, another order or shape of it) would otherwise be taken again, and held until then.
 */
function renamed(graph: OnnxGraph, found: Lowered, shape: readonly number[]): Lowered {
  const { type, parts } = found;
  if (parts.blocked !== undefined) {
    const blocked = parts.blocked.renamed();
    return new Lowered(type, { blocked, value: () => blocked.plain() });
  }
  if (parts.stored !== undefined) {
    const stored = { order: parts.stored.order, value: graph.renamed(parts.stored.value) };
    return new Lowered(type, { stored, value: () => inGraphOrder(graph, stored, shape) });
  }
  const isMore = [parts.uniform, parts.positive, parts.meanOf, parts.maximaOf].some(
    (part) => part !== undefined,
  );
  return isMore ? found : new Lowered(type, { value: () => graph.renamed(found.value) });
}

/** A model of its own: whatever read the gradients in theirs would decide what is computed when. */
function sumOfGradients(program: Program, parts: readonly LoweredPart[]): readonly LoweredPart[] {
  const gradients = program.outputs.filter(({ kind }) => kind === "gradient").map(({ value }) => value);
  const shapes = new Map(parts.flatMap((part) => (part.kind === "model" ? [...part.outputs] : [])));
  const given = [...new Set(gradients)].filter((id) => shapes.has(id));
  if (given.length === 0) return [];
  const { model, shapes: read } = sumModel(
    new Map(given.map((id) => [inputName(id), elementCount(shapes.get(id) ?? [])])),
  );
  const inputs = new Map(given.map((id) => [id, read.get(inputName(id)) ?? []]));
  const none = new Map<number, never>();
  return [{ kind: "model", model, early: undefined, inputs, outputs: none, over: none, sums: true }];
}

/** Whether it gives gradients, or changes the state. */
export function trains({ outputs, updates }: Program): boolean {
  return outputs.some(({ kind }) => kind === "gradient") || updates.length > 0;
}

/** Whether it computes feature maps again, so that they need not be held. */
export function recomputes({ steps }: Program): boolean {
  return steps.some(({ origin }) => origin.part === "recomputation");
}

/** Whether the program is an update, of weights or of sums of gradients: it takes their elements in whatever order. */
export function updatesWeights({ state, updates }: Program): boolean {
  const changed = new Set(updates.map((update) => update.state));
  return state.some(
    ({ kind, name }) => (kind === "weight" || kind === "gradient" || kind === "average") && changed.has(name),
  );
}

/** What takes the place of a state may be written over it, else over a feed of its size: a moment over the gradient. */
function overwritten(
  program: Program,
  graph: OnnxGraph,
  inputs: ReadonlyMap<number, readonly number[]>,
  outputs: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const taken = new Set<number>();
  const mayOverwrite = graph.overwriting();
  const sameSize = (a: number, b: number) =>
    elementCount(inputs.get(a) ?? []) === elementCount(outputs.get(b) ?? []);
  const states = new Map(program.state.map(({ name, value }) => [name, value]));
  const gradients = program.feeds.filter(({ kind }) => kind === "gradient").map(({ value }) => value);
  for (const { state, value } of program.updates) {
    const isFree = (place: number | undefined): place is number =>
      place !== undefined &&
      inputs.has(place) &&
      outputs.has(value) &&
      !taken.has(place) &&
      sameSize(place, value) &&
      mayOverwrite(inputName(place), resultName(value));
    const own = states.get(state);
    const place = isFree(own) ? own : gradients.find(isFree);
    if (place === undefined) continue;
    taken.add(place);
    found.set(value, place);
  }
  return found;
}

/** In two models where the state stays from run to run: a program that trains changes it every time. */
function parted(program: Program, graph: OnnxGraph, inputs: ReadonlyMap<number, readonly number[]>) {
  const state = new Set(program.state.map(({ value }) => inputName(value)));
  const apart = trains(program) ? undefined : graph.encodeApart(state);
  if (apart === undefined) return { model: graph.encode(), early: undefined, inputs };
  const among = (names: ReadonlySet<string>) =>
    new Map([...inputs].filter(([id]) => names.has(inputName(id))));
  return {
    model: apart.second,
    early: { model: apart.first, inputs: among(apart.given) },
    inputs: among(apart.rest),
  };
}

/** In the program's type. @param order of a gradient's weight, which is the gradient's too */
function result(graph: OnnxGraph, found: Lowered, order: WeightOrder | undefined): OnnxValue {
  const { type, parts } = found;
  if (order === undefined) return graph.expand(graph.cast(found.value, type.type), type.shape);
  if (parts.stored?.order.kind === order.kind) return parts.stored.value;
  return inStoredOrder(graph, found.value, type.shape, order);
}

interface Settings {
  readonly needed: ReadonlySet<number>;
  readonly table: LoweringTable;
  readonly orders: ReadonlyMap<string, WeightOrder>;
  readonly flat: number | undefined;
  readonly hidesShapes: boolean;
}

/** How many steps read each value, but for comparisons, which a ReLU answers; what a run gives out is read once more. */
function readersOf({ steps, outputs, updates }: Program): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const count = (id: number) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { value } of [...outputs, ...updates]) count(value);
  for (const { primitive, operands } of steps) if (primitive !== "compare") operands.forEach(count);
  return counts;
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

/** Values that an output or an update needs, or one of more values. */
function neededValues({ steps, outputs, updates }: Program, more: readonly number[]): ReadonlySet<number> {
  const found = new Set([...[...outputs, ...updates].map(({ value }) => value), ...more]);
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
