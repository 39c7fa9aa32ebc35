/** From a tensor program to kernel calls: how every value is stored, what becomes one loop, what is another name only. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import { primitiveOf } from "../../../../compiler/tensors/primitives/registry.ts";
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import { elementCount, sameShape } from "../../../../compiler/tensors/value.ts";
import { type AxisOrder, rowMajor, storedAlike, storedShape, usualOrder } from "../axis-order.ts";
import { hasArrays } from "../kernels/array-heap.ts";
import { isPointwise, type PointwiseStep } from "../pointwise/functions.ts";
import type { Group, GroupResult, Leaf, Operand } from "../pointwise/group.ts";
import { convolution } from "../primitives/convolution.ts";
import type { KernelCall, Kernels, PrimitiveKernels, Stored } from "../primitives/kernel-call.ts";
import { primitiveKernels } from "../primitives/table.ts";
import type { TensorFlow } from "../types.ts";
import type { Action, Compiled, Found, FoundOutput, Numbers, Reading } from "./compiled.ts";
import { type FinishedConvolution, finishedConvolutions } from "./finished-convolutions.ts";
import { GroupBuilder } from "./group-builder.ts";
import { inlinedSteps, isLooped } from "./inlined.ts";
import { plainSteps } from "./plain-steps.ts";
import { stateOrder } from "./state-order.ts";
import { none, reading, typed, type Unfreed, Values } from "./values.ts";

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
  readonly #values: Values;
  readonly #read: readonly boolean[];
  readonly #done = new Set<number>();

  constructor(tf: TensorFlow, backend: string, program: Program) {
    this.#tf = tf;
    this.#backend = backend;
    this.#program = program;
    this.#plain = plainSteps(program);
    this.#loops = hasArrays(backend);
    this.#values = new Values(tf, this.#plain, this.#loops);
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
    const { feeds, steps, outputs, updates } = this.#plain;
    const unfed = new Map(feeds.map((feed) => [feed.value, feed]));
    for (const [place, step] of steps.entries()) {
      for (const id of step.operands) {
        const feed = unfed.get(id);
        if (feed !== undefined) this.#values.feed(feed);
        unfed.delete(id);
      }
      this.#compile(place, step);
    }
    const find = (id: number, order: AxisOrder): Found => {
      const feed = unfed.get(id);
      if (feed !== undefined) this.#values.feed(feed);
      unfed.delete(id);
      const { slot, stored } = this.#values.ordered(id, order);
      return { slot, order: stored.order, shape: storedShape(stored) };
    };
    const given = outputs.map((output): FoundOutput => {
      const { shape } = this.#values.type(output.value);
      const held = this.#values.isWeight(output);
      const order = held ? stateOrder(shape) : this.#values.orderOf(output.value);
      return { ...find(output.value, order), held };
    });
    const updated = updates.map(({ value }) => find(value, stateOrder(this.#values.type(value).shape)));
    return {
      program: this.#program,
      slots: this.#values.slots,
      constants: this.#values.constants.map((action) => ({ ...action, last: [] })),
      actions: withLast(this.#values.actions),
      state: this.#values.state,
      outputs: given,
      updates: updated,
    };
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
        this.#values.constant(result, step.attributes.values);
        return;
      case "stop_gradient":
        this.#values.rename(step.operands[0] ?? -1, result, false, (stored) => stored);
        return;
      case "transpose": {
        const { order } = step.attributes;
        this.#values.rename(step.operands[0] ?? -1, result, true, (stored) => ({
          ...this.#values.type(result),
          order: stored.order.map((axis) => order.indexOf(axis)),
          places: undefined,
        }));
        return;
      }
      case "reshape":
        this.#values.reshape(step.operands[0] ?? -1, result);
        return;
      default:
        if (isLooped(step)) this.#loop(place);
        else this.#call(step);
    }
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
      const known = this.#values.knownAt(id);
      const found =
        order === undefined && known.kind === "tensor"
          ? known
          : this.#values.ordered(id, order ?? usualOrder(this.#values.type(id).shape));
      reads.push(reading(found));
      return found.stored;
    };
    const made: Kernels = kernels({
      tf: this.#tf,
      backend: this.#backend,
      attributes: step.attributes as never, // those of this primitive, as the step pairs them
      operands: step.operands.map((id) => {
        const known = this.#values.knownAt(id);
        const type = this.#values.type(id);
        if (known.kind === "tensor") return known.stored;
        return { ...type, order: usualOrder(type.shape), places: undefined };
      }),
      results: step.results.map((id) => this.#values.type(id)),
      read: step.results.map((id) => this.#read[id] ?? false),
      take,
      asStored: (operand) => take(operand, undefined),
    });
    const writes = step.results.map((id, i) => {
      const { order, places = undefined } = made.results[i] ?? { order: [] };
      const stored = { ...this.#values.type(id), order, places };
      const writing = this.#values.writing(stored);
      this.#values.know(id, writing.slot, stored);
      return writing;
    });
    const { passing = 0, bounded, attached } = made.workspace ?? {};
    const slot = reads[attached?.operand ?? -1]?.slot;
    this.#values.add({
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
    const types = step.operands.map((id) => this.#values.type(id));
    const found = step.operands.map((id, i) => this.#values.ordered(id, rowMajor(types[i]?.shape ?? [])));
    const results = step.results.map((id) => this.#values.type(id));
    const writes = step.results.map((id) => {
      const type = this.#values.type(id);
      const stored: Stored = { ...type, order: rowMajor(type.shape), places: undefined };
      const writing = this.#values.writing(stored);
      this.#values.know(id, writing.slot, stored);
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
    this.#values.add({
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
    const builder = new GroupBuilder();
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
        const large = leaves.filter(
          (id) => elementCount(this.#values.type(id).shape) === elementCount(first.shape),
        );
        if (!large.some((id) => builder.reads(id) || builder.has(id))) continue;
        this.#into(builder, later);
      }
    }
    const order = this.#loopOrder(builder, first.shape);
    const results = builder.results.map(({ id, of, reduced }): GroupResult & { readonly id: number } => {
      const type = this.#values.type(id);
      return {
        id,
        of,
        reduced,
        type: type.type,
        shape: type.shape,
        order: alignedOrder(order, first.shape, type.shape),
      };
    });
    const group: Group = {
      shape: first.shape,
      order,
      leaves: builder.leaves.map((id): Leaf => this.#values.tensorAt(id).stored),
      nodes: builder.nodes,
      results,
    };
    const writes = results.map((result) => {
      const stored: Stored = {
        type: result.type,
        shape: result.shape,
        order: result.order,
        places: undefined,
      };
      const writing = this.#values.writing(stored);
      this.#values.know(result.id, writing.slot, stored);
      return writing;
    });
    const found = builder.leaves.map((id) => this.#values.tensorAt(id));
    this.#values.addGroup(group, found, writes, this.#plain.steps[place]?.origin);
  }

  /** The shape of the loop that computes a step by itself. */
  #started(place: number): { readonly shape: readonly number[] } | undefined {
    const step = this.#plain.steps[place];
    if (step === undefined || !isLooped(step) || this.#inlined.has(place)) return undefined;
    const id = isPointwise(step) ? step.results[0] : step.operands[0];
    return { shape: this.#values.type(id ?? -1).shape };
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
      const known = this.#values.known(id);
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
    const known = this.#values.known(id);
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
    const whole = builder.leaves
      .map((id) => this.#values.tensorAt(id).stored)
      .filter((one) => sameShape(one.shape, shape));
    const usual = usualOrder(shape);
    const found = whole.find(({ order }) => storedAlike(shape, order, usual)) ?? whole[0];
    return count > 1 && found !== undefined ? found.order : usual;
  }
}

/** Steps ahead that are looked at for sums, which are small, and for whole maps, which are held from then on. */
const [far, near] = [160, 16];

/** The loop's order for a result with extents of 1, or fewer axes, of the same rank. */
function alignedOrder(order: AxisOrder, shape: readonly number[], of: readonly number[]): AxisOrder {
  return shape.length === of.length ? order : rowMajor(of);
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
