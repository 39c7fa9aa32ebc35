/** From a tensor program to kernel calls: how every value is stored, what becomes one loop, what is another name only. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import { primitiveOf } from "../../../../compiler/tensors/primitives/registry.ts";
import type { Feed, Output, Program, Step, StepOrigin } from "../../../../compiler/tensors/program.ts";
import { elementCount, sameShape, type TensorType } from "../../../../compiler/tensors/value.ts";
import type { FeedValues } from "../../feeds/program-feeds.ts";
import { hasArrays, onArrays } from "../kernels/array-heap.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { composeGroup } from "../pointwise/composed.ts";
import { isPointwise, type PointwiseStep } from "../pointwise/functions.ts";
import type { Group, GroupNode, GroupResult, Leaf, Operand } from "../pointwise/group.ts";
import { loopOf } from "../pointwise/loops.ts";
import { convolution } from "../primitives/convolution.ts";
import { primitiveKernels } from "../primitives/table.ts";
import { flatPlaces } from "../primitives/windows.ts";
import {
  type AxisOrder,
  reordered,
  reshapedOrder,
  rowMajor,
  storedAlike,
  storedShape,
  usualOrder,
} from "./axis-order.ts";
import type { Action, Compiled, Found, FoundOutput, Numbers, Reading, Writing } from "./compiled.ts";
import { type FinishedConvolution, finishedConvolutions } from "./finished-convolutions.ts";
import { inlinedSteps, isLooped } from "./inlined.ts";
import type { KernelCall, Kernels, PrimitiveKernels, Stored } from "./kernel-call.ts";
import { plainSteps } from "./plain-steps.ts";
import { stateOrder } from "./state-order.ts";

/** A value that is there: in a slot, or one number for all its elements. */
type Known =
  | { readonly kind: "tensor"; readonly slot: number; readonly stored: Stored }
  | { readonly kind: "number"; readonly value: number; readonly type: TensorType };

/** @param backend TensorFlow.js's name for it; it need not be there */
export function compileProgram(tf: TensorFlow, backend: string, program: Program): Compiled {
  return new Compilation(tf, backend, program).compiled();
}

class Compilation {
  readonly #tf: TensorFlow;
  readonly #backend: string;
  readonly #program: Program;
  readonly #plain: Program;
  /** Whether loops over arrays are possible. */
  readonly #loops: boolean;
  readonly #inlined: ReadonlySet<number>;
  readonly #finished: ReturnType<typeof finishedConvolutions>;
  readonly #sources = new Map<number, number>();
  readonly #known = new Map<number, Known>();
  /** Values in another order, by value and order. */
  readonly #copies = new Map<string, Known & { kind: "tensor" }>();
  readonly #constants: Unfreed[] = [];
  readonly #actions: Unfreed[] = [];
  readonly #state = new Map<string, Found>();
  readonly #read: readonly boolean[];
  readonly #done = new Set<number>();
  #slots = 0;

  constructor(tf: TensorFlow, backend: string, program: Program) {
    this.#tf = tf;
    this.#backend = backend;
    this.#program = program;
    this.#plain = plainSteps(program);
    this.#loops = hasArrays(backend);
    this.#inlined = this.#loops ? inlinedSteps(this.#plain) : new Set();
    const fuses = backend === "wasm";
    this.#finished = fuses ? finishedConvolutions(this.#plain) : { at: new Map(), covered: new Set() };
    const { values, steps, outputs, updates } = this.#plain;
    const read = values.map(() => false);
    for (const { operands } of steps) for (const id of operands) read[id] = true;
    for (const { value } of [...outputs, ...updates]) read[value] = true;
    this.#read = read;
    for (const [place, { results }] of steps.entries())
      for (const id of results) this.#sources.set(id, place);
  }

  compiled(): Compiled {
    const { feeds, state, steps, outputs, updates } = this.#plain;
    for (const { name, value } of state) {
      const type = this.#type(value);
      const order = stateOrder(type.shape);
      const slot = this.#slots++;
      this.#know(value, slot, { ...type, order, places: undefined });
      this.#state.set(name, { slot, order, shape: storedShape({ ...type, order }) });
    }
    const fed = new Map(feeds.map((feed) => [feed.value, feed]));
    const unfed = new Map(fed);
    for (const [place, step] of steps.entries()) {
      for (const id of step.operands) {
        const feed = unfed.get(id);
        if (feed !== undefined) this.#feed(feed);
        unfed.delete(id);
      }
      this.#compile(place, step);
    }
    const find = (id: number, order: AxisOrder): Found => {
      const feed = unfed.get(id);
      if (feed !== undefined) this.#feed(feed);
      unfed.delete(id);
      const { slot, stored } = this.#ordered(id, order);
      return { slot, order: stored.order, shape: storedShape(stored) };
    };
    const given = outputs.map((output): FoundOutput => {
      const { shape } = this.#type(output.value);
      const held = this.#isWeight(output);
      const order = held ? stateOrder(shape) : this.#orderOf(output.value);
      return { ...find(output.value, order), held };
    });
    const updated = updates.map(({ value }) => find(value, stateOrder(this.#type(value).shape)));
    return {
      program: this.#program,
      slots: this.#slots,
      constants: this.#constants.map((action) => ({ ...action, last: [] })),
      actions: withLast(this.#actions),
      state: this.#state,
      outputs: given,
      updates: updated,
    };
  }

  /** Whether it is the gradient of a weight. */
  #isWeight({ kind, name }: Feed | Output): boolean {
    return kind === "gradient" && this.#plain.state.some((one) => one.name === name);
  }

  #orderOf(id: number): AxisOrder {
    const known = this.#known.get(id);
    return known?.kind === "tensor" ? known.stored.order : usualOrder(this.#type(id).shape);
  }

  #type(id: number): TensorType {
    const type = this.#plain.values[id];
    if (type === undefined) throw new Error(`the program has no value ${id}`);
    return type;
  }

  #know(id: number, slot: number, stored: Stored): void {
    this.#known.set(id, { kind: "tensor", slot, stored });
  }

  #add(action: Unfreed): void {
    this.#actions.push(action);
  }

  #feed(feed: Feed): void {
    const type = this.#type(feed.value);
    // gradients of weights come as this executor gave them
    const own = this.#isWeight(feed);
    const usual = type.type === "int32" && feed.kind === "table" ? rowMajor(type.shape) : usualOrder(type.shape);
    const order = own ? stateOrder(type.shape) : usual;
    const stored = { ...type, order, places: undefined };
    const writing = this.#writing(stored);
    this.#know(feed.value, writing.slot, stored);
    const arrange = (values: FeedValues) => {
      const data = typed(values, type);
      return own ? data : reordered(data, type.shape, rowMajor(type.shape), order);
    };
    this.#add({
      reads: [],
      writes: [writing],
      origin: undefined,
      workspace: none,
      work: { kind: "feed", feed, gradient: own, arrange },
    });
  }

  #writing(stored: Stored): Writing {
    return { slot: this.#slots++, type: stored.type, shape: storedShape(stored) };
  }

  #compile(place: number, step: Step): void {
    const finished = this.#finished.at.get(place);
    if (finished !== undefined) {
      this.#convolve(finished);
      return;
    }
    if (this.#done.has(place) || this.#inlined.has(place) || this.#finished.covered.has(place)) return;
    const [result = -1] = step.results;
    switch (step.primitive) {
      case "constant":
        this.#constant(result, step.attributes.values);
        return;
      case "stop_gradient":
        this.#rename(step.operands[0] ?? -1, result, false, (stored) => stored);
        return;
      case "transpose": {
        const { order } = step.attributes;
        this.#rename(step.operands[0] ?? -1, result, true, (stored) => ({
          ...this.#type(result),
          order: stored.order.map((axis) => order.indexOf(axis)),
          places: undefined,
        }));
        return;
      }
      case "reshape":
        this.#reshape(step.operands[0] ?? -1, result);
        return;
      default:
        if (isLooped(step)) this.#loop(place);
        else this.#call(step);
    }
  }

  #constant(result: number, values: readonly number[]): void {
    const type = this.#type(result);
    const [first = 0] = values;
    if (values.every((value) => Object.is(value, first))) {
      this.#known.set(result, { kind: "number", value: first, type });
      return;
    }
    const order = usualOrder(type.shape);
    const stored = { ...type, order, places: undefined };
    const data = reordered(typed(Float64Array.from(values), type), type.shape, rowMajor(type.shape), order);
    this.#know(result, this.#constantSlot(stored, data), stored);
  }

  /** A tensor that is made once. @returns its slot */
  #constantSlot(stored: Stored, data: Float32Array | Int32Array): number {
    const writing = this.#writing(stored);
    this.#constants.push({
      reads: [],
      writes: [writing],
      origin: undefined,
      workspace: none,
      work: { kind: "constant", values: data },
    });
    return writing.slot;
  }

  #rename(operand: number, result: number, plain: boolean, change: (stored: Stored) => Stored): void {
    const known = this.#knownAt(operand);
    if (known.kind === "number") {
      this.#known.set(result, { ...known, type: this.#type(result) });
      return;
    }
    const { slot, stored } = plain ? this.#tensorAt(operand) : known;
    this.#know(result, slot, change(stored));
  }

  #reshape(operand: number, result: number): void {
    const known = this.#knownAt(operand);
    const to = this.#type(result);
    if (known.kind === "number") {
      this.#known.set(result, { ...known, type: to });
      return;
    }
    const { stored } = known;
    const places = undefined;
    const order = stored.places === undefined ? reshapedOrder(stored, to.shape) : undefined;
    if (order !== undefined) {
      this.#know(result, known.slot, { ...to, order, places });
      return;
    }
    const wanted = usualOrder(to.shape);
    const before = reshapedOrder({ shape: to.shape, order: wanted }, stored.shape);
    const from = this.#ordered(operand, before ?? rowMajor(stored.shape));
    this.#know(result, from.slot, {
      ...to,
      order: before === undefined ? rowMajor(to.shape) : wanted,
      places,
    });
  }

  #knownAt(id: number): Known {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error(`value ${id} is not computed yet`);
    return known;
  }

  /** The value as a tensor of plain numbers in that order; copied where it is not. */
  #ordered(id: number, order: AxisOrder): Known & { kind: "tensor" } {
    const known = this.#knownAt(id);
    const { shape, type } = this.#type(id);
    if (known.kind === "number") {
      const stored = { shape, type, order, places: undefined };
      const data = type === "float32" ? new Float32Array(elementCount(shape)) : new Int32Array(elementCount(shape));
      const slot = this.#constantSlot(stored, data.fill(known.value));
      const made = { kind: "tensor", slot, stored } as const;
      this.#known.set(id, made);
      return made;
    }
    const plain = known.stored.places === undefined ? known : this.#flattened(id, known);
    if (storedAlike(shape, plain.stored.order, order)) return { ...plain, stored: { ...plain.stored, order } };
    const key = `${id} ${order.join()}`;
    const old = this.#copies.get(key);
    if (old !== undefined) return old;
    const stored = { ...plain.stored, order };
    const writing = this.#writing(stored);
    const group: Group = {
      shape,
      order,
      leaves: [plain.stored],
      nodes: [],
      results: [{ of: { kind: "leaf", place: 0 }, type, shape, order, reduced: undefined }],
    };
    this.#addGroup(group, [plain], [writing], undefined);
    const made = { kind: "tensor", slot: writing.slot, stored } as const;
    this.#copies.set(key, made);
    return made;
  }

  /** Pooling indices as plain numbers. */
  #flattened(id: number, known: Known & { kind: "tensor" }): Known & { kind: "tensor" } {
    const key = `${id} flat`;
    const old = this.#copies.get(key);
    if (old !== undefined) return old;
    const { places } = known.stored;
    if (places === undefined) return known;
    const stored = { ...known.stored, places: undefined };
    const writing = this.#writing(stored);
    const run = ([x]: readonly Tensor[]) => [flatPlaces(this.#tf, x as Tensor4D, places)]; // pooling indices have rank 4
    this.#add({
      reads: [reading(known)],
      writes: [writing],
      origin: undefined,
      workspace: { passing: 3 * bytesOf(writing) },
      work: { kind: "kernels", run },
    });
    const made = { kind: "tensor", slot: writing.slot, stored } as const;
    this.#copies.set(key, made);
    return made;
  }

  #call(step: Step): void {
    const kernels = primitiveKernels[step.primitive as keyof typeof primitiveKernels];
    if (kernels === undefined) throw new Error(`no kernel computes ${step.primitive}`);
    if (kernels === "host" || (step.primitive === "lattice" && !this.#loops)) this.#onHost(step);
    else this.#kernels(step, kernels as PrimitiveKernels<PrimitiveName>); // the table pairs them
  }

  #convolve({ step, bias, relu, result }: FinishedConvolution): void {
    const whole = { ...step, operands: [...step.operands, bias], results: [result] };
    this.#kernels(whole as Step, (call) => convolution(call as KernelCall<"conv">, { bias: true, relu })); // as the step says
  }

  #kernels(step: Step, kernels: PrimitiveKernels<PrimitiveName>): void {
    const reads: Reading[] = [];
    const take = (operand: number, order: AxisOrder | undefined): Stored => {
      const id = step.operands[operand] ?? -1;
      const known = this.#knownAt(id);
      const found =
        order === undefined && known.kind === "tensor"
          ? known
          : this.#ordered(id, order ?? usualOrder(this.#type(id).shape));
      reads.push(reading(found));
      return found.stored;
    };
    const made: Kernels = kernels({
      tf: this.#tf,
      backend: this.#backend,
      attributes: step.attributes as never, // those of this primitive, as the step pairs them
      operands: step.operands.map((id) => {
        const known = this.#knownAt(id);
        const type = this.#type(id);
        if (known.kind === "tensor") return known.stored;
        return { ...type, order: usualOrder(type.shape), places: undefined };
      }),
      results: step.results.map((id) => this.#type(id)),
      read: step.results.map((id) => this.#read[id] ?? false),
      take,
      asStored: (operand) => take(operand, undefined),
    });
    const writes = step.results.map((id, i) => {
      const { order, places = undefined } = made.results[i] ?? { order: [] };
      const stored = { ...this.#type(id), order, places };
      const writing = this.#writing(stored);
      this.#know(id, writing.slot, stored);
      return writing;
    });
    const { passing = 0, bounded, attached } = made.workspace ?? {};
    const slot = reads[attached?.operand ?? -1]?.slot;
    this.#add({
      reads,
      writes,
      origin: step.origin,
      work: { kind: "kernels", run: made.run },
      workspace: {
        passing,
        bounded,
        attached: attached === undefined || slot === undefined ? undefined : { slot, bytes: attached.bytes },
      },
    });
  }

  #onHost(step: Step): void {
    const types = step.operands.map((id) => this.#type(id));
    const found = step.operands.map((id, i) => this.#ordered(id, rowMajor(types[i]?.shape ?? [])));
    const results = step.results.map((id) => this.#type(id));
    const writes = step.results.map((id) => {
      const type = this.#type(id);
      const stored: Stored = { ...type, order: rowMajor(type.shape), places: undefined };
      const writing = this.#writing(stored);
      this.#know(id, writing.slot, stored);
      return writing;
    });
    const run = (arrays: readonly Numbers[]) => {
      const computed = primitiveOf(step.primitive as PrimitiveName).evaluate({
        attributes: step.attributes as never, // those of this primitive, as the step pairs them
        operands: types.map((type, i) => ({ ...type, data: Float64Array.from(arrays[i] ?? []) })),
        results,
      });
      return results.map((type, i) => typed(computed[i] ?? new Float64Array(0), type));
    };
    this.#add({
      reads: found.map(reading),
      writes,
      origin: step.origin,
      workspace: none,
      work: { kind: "host", run },
    });
  }

  /** A loop for a step, for later ones that sum what it walks, and for those soon after it that walk the same. */
  #loop(place: number): void {
    const first = this.#started(place);
    if (first === undefined) throw new Error(`step ${place} is no loop`);
    const builder = new GroupBuilder(first.shape);
    const { steps } = this.#plain;
    const reach = Math.min(steps.length, place + far);
    this.#into(builder, place);
    if (this.#loops) {
      for (let later = place + 1; later < reach; later++) {
        const step = steps[later];
        if (step === undefined || (isPointwise(step) && later > place + near)) continue;
        if (this.#finished.at.has(later) || this.#finished.covered.has(later)) continue;
        if (this.#done.has(later) || this.#started(later) === undefined) continue;
        if (!sameShape(this.#started(later)?.shape ?? [], first.shape)) continue;
        const leaves = this.#leavesOf(later, builder);
        if (leaves === undefined) continue;
        const large = leaves.filter((id) => elementCount(this.#type(id).shape) === elementCount(first.shape));
        if (!large.some((id) => builder.reads(id) || builder.has(id))) continue;
        this.#into(builder, later);
      }
    }
    const order = this.#loopOrder(builder, first.shape);
    const results = builder.results.map(({ id, of, reduced }): GroupResult & { readonly id: number } => {
      const type = this.#type(id);
      return { id, of, reduced, type: type.type, shape: type.shape, order: alignedOrder(order, first.shape, type.shape) };
    });
    const group: Group = {
      shape: first.shape,
      order,
      leaves: builder.leaves.map((id): Leaf => this.#tensorAt(id).stored),
      nodes: builder.nodes,
      results,
    };
    const writes = results.map((result) => {
      const stored: Stored = { type: result.type, shape: result.shape, order: result.order, places: undefined };
      const writing = this.#writing(stored);
      this.#know(result.id, writing.slot, stored);
      return writing;
    });
    const found = builder.leaves.map((id) => this.#tensorAt(id));
    this.#addGroup(group, found, writes, this.#plain.steps[place]?.origin);
  }

  #tensorAt(id: number): Known & { kind: "tensor" } {
    const known = this.#knownAt(id);
    if (known.kind !== "tensor") throw new Error(`value ${id} is one number`);
    return known.stored.places === undefined ? known : this.#flattened(id, known);
  }

  /** The shape of the loop that computes a step by itself. */
  #started(place: number): { readonly shape: readonly number[] } | undefined {
    const step = this.#plain.steps[place];
    if (step === undefined || !isLooped(step) || this.#inlined.has(place)) return undefined;
    const id = isPointwise(step) ? step.results[0] : step.operands[0];
    return { shape: this.#type(id ?? -1).shape };
  }

  /** The values that a step and those inlined in it read; `undefined` where one is not computed yet. */
  #leavesOf(place: number, builder: GroupBuilder): readonly number[] | undefined {
    const found = new Set<number>();
    const walked = new Set<number>();
    const walk = (id: number): boolean => {
      if (walked.has(id)) return true;
      walked.add(id);
      if (builder.has(id)) {
        found.add(id);
        return true;
      }
      const known = this.#known.get(id);
      if (known?.kind === "number") return true;
      if (known !== undefined) {
        found.add(id);
        return true;
      }
      const source = this.#sources.get(id);
      if (source === undefined || !this.#inlined.has(source)) return false;
      return (this.#plain.steps[source]?.operands ?? []).every(walk);
    };
    const all = (this.#plain.steps[place]?.operands ?? []).every(walk);
    return all ? [...found] : undefined;
  }

  #into(builder: GroupBuilder, place: number): void {
    const step = this.#plain.steps[place];
    if (step === undefined) return;
    this.#done.add(place);
    const [result = -1, operand = -1] = [step.results[0], step.operands[0]];
    if (isPointwise(step)) builder.result(result, this.#operand(builder, result, step), undefined);
    else if (step.primitive === "sum" || step.primitive === "max")
      builder.result(result, this.#operand(builder, operand), step.primitive);
  }

  /** The value in the loop, with all that it is computed from. */
  #operand(builder: GroupBuilder, id: number, own?: PointwiseStep): Operand {
    const there = builder.operandOf(id);
    if (there !== undefined) return there;
    const known = this.#known.get(id);
    if (known?.kind === "number") return { kind: "number", value: known.value };
    if (known !== undefined) return builder.leaf(id);
    const source = this.#sources.get(id) ?? -1;
    const step = own ?? this.#plain.steps[source];
    if (step === undefined || !isPointwise(step) || (own === undefined && !this.#inlined.has(source)))
      throw new Error(`value ${id} is not computed yet`);
    return builder.node(
      id,
      step,
      step.operands.map((one) => this.#operand(builder, one)),
    );
  }

  /** That of the largest operand. */
  #loopOrder(builder: GroupBuilder, shape: readonly number[]): AxisOrder {
    const count = elementCount(shape);
    const whole = builder.leaves.map((id) => this.#tensorAt(id).stored).filter((one) => sameShape(one.shape, shape));
    const usual = usualOrder(shape);
    const found = whole.find(({ order }) => storedAlike(shape, order, usual)) ?? whole[0];
    return count > 1 && found !== undefined ? found.order : usual;
  }

  #addGroup(
    group: Group,
    found: readonly (Known & { kind: "tensor" })[],
    writes: readonly Writing[],
    origin: StepOrigin | undefined,
  ): void {
    const reads = found.map(reading);
    const tf = this.#tf;
    const loop = this.#loops ? loopOf(group) : undefined;
    const run = (tensors: readonly Tensor[]): readonly Tensor[] => {
      if (loop === undefined) return composeGroup(tf, group, tensors);
      const made = onArrays(tf, (heap) => loop(heap, tensors));
      return made.map((info) => tf.engine().makeTensorFromTensorInfo(info));
    };
    this.#add({ reads, writes, origin, workspace: none, work: { kind: "kernels", run } });
  }
}

/** Steps ahead that are looked at for sums, which are small, and for whole maps, which are held from then on. */
const [far, near] = [160, 16];

const none = { passing: 0 } as const;

/** What a loop reads, computes and gives, as it is found. */
class GroupBuilder {
  readonly shape: readonly number[];
  readonly leaves: number[] = [];
  readonly nodes: GroupNode[] = [];
  readonly results: { readonly id: number; readonly of: Operand; readonly reduced: GroupResult["reduced"] }[] = [];
  readonly #operands = new Map<number, Operand>();

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  operandOf(id: number): Operand | undefined {
    return this.#operands.get(id);
  }

  reads(id: number): boolean {
    return this.leaves.includes(id);
  }

  has(id: number): boolean {
    return this.#operands.get(id)?.kind === "node";
  }

  leaf(id: number): Operand {
    const operand = { kind: "leaf", place: this.leaves.push(id) - 1 } as const;
    this.#operands.set(id, operand);
    return operand;
  }

  node(id: number, step: PointwiseStep, operands: readonly Operand[]): Operand {
    const operand = { kind: "node", place: this.nodes.push({ step, operands }) - 1 } as const;
    this.#operands.set(id, operand);
    return operand;
  }

  result(id: number, of: Operand, reduced: GroupResult["reduced"]): void {
    this.results.push({ id, of, reduced });
  }
}

type Unfreed = Omit<Action, "last">;

function reading({ slot, stored }: Known & { kind: "tensor" }): Reading {
  return { slot, shape: storedShape(stored) };
}

function bytesOf({ shape }: Pick<Writing, "shape">): number {
  return 4 * elementCount(shape);
}

/** The loop's order for a result with extents of 1, or fewer axes, of the same rank. */
function alignedOrder(order: AxisOrder, shape: readonly number[], of: readonly number[]): AxisOrder {
  return shape.length === of.length ? order : rowMajor(of);
}

function typed(data: FeedValues, { type }: TensorType): Float32Array | Int32Array {
  if (type === "float32") return data instanceof Float32Array ? data : Float32Array.from(data);
  return data instanceof Int32Array ? data : Int32Array.from(data);
}

/** Every action with what nothing reads after it. */
function withLast(actions: readonly Unfreed[]): readonly Action[] {
  const places = new Map<number, number>();
  for (const [place, { reads, writes }] of actions.entries())
    for (const { slot } of [...reads, ...writes]) places.set(slot, place);
  const last = actions.map((): number[] => []);
  for (const [slot, place] of places) last[place]?.push(slot);
  return actions.map((action, place) => ({ ...action, last: last[place] ?? [] }));
}
