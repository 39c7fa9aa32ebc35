/** From a tensor program to kernel calls: how every value is stored, what becomes one loop, what is another name only. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import { primitiveOf } from "../../../../compiler/tensors/primitives/registry.ts";
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import { type AxisOrder, rowMajor, storedShape, usualOrder } from "../axis-order.ts";
import { hasArrays } from "../kernels/array-heap.ts";
import { convolution } from "../primitives/convolution.ts";
import type { KernelCall, Kernels, PrimitiveKernels, Stored } from "../primitives/kernel-call.ts";
import { softmax } from "../primitives/softmax.ts";
import { primitiveKernels } from "../primitives/table.ts";
import type { TensorFlow } from "../types.ts";
import type { Action, Compiled, Found, FoundOutput, Numbers, Reading } from "./compiled.ts";
import { type Fused, type FusedSteps, fusedSteps, noneFused } from "./fused-steps.ts";
import { inlinedSteps, isLooped } from "./inlined.ts";
import { Loops } from "./loops.ts";
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
  readonly #hasArrays: boolean;
  readonly #inlined: ReadonlySet<number>;
  readonly #fused: FusedSteps;
  readonly #values: Values;
  readonly #read: readonly boolean[];
  readonly #loops: Loops;

  constructor(tf: TensorFlow, backend: string, program: Program) {
    this.#tf = tf;
    this.#backend = backend;
    this.#program = program;
    this.#plain = plainSteps(program);
    this.#hasArrays = hasArrays(backend);
    this.#values = new Values(tf, this.#plain, this.#hasArrays);
    this.#fused = backend === "wasm" ? fusedSteps(this.#plain) : noneFused;
    const isElsewhere = (place: number) => this.#fused.at.has(place) || this.#fused.covered.has(place);
    this.#inlined = this.#hasArrays ? inlinedSteps(this.#plain, isElsewhere) : new Set();
    const { values, steps, outputs, updates } = this.#plain;
    const read = values.map(() => false);
    for (const { operands } of steps) for (const id of operands) read[id] = true;
    for (const { value } of [...outputs, ...updates]) read[value] = true;
    this.#read = read;
    this.#loops = new Loops({
      program: this.#plain,
      values: this.#values,
      joins: this.#hasArrays,
      inlined: this.#inlined,
      isElsewhere,
    });
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
    const fused = this.#fused.at.get(place);
    if (fused !== undefined) {
      this.#together(fused);
      return;
    }
    if (this.#loops.has(place) || this.#inlined.has(place) || this.#fused.covered.has(place)) return;
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
        if (isLooped(step)) this.#loops.make(place);
        else this.#call(step);
    }
  }

  #call(step: Step): void {
    const kernels = primitiveKernels[step.primitive as keyof typeof primitiveKernels];
    if (kernels === undefined) throw new Error(`no kernel computes ${step.primitive}`);
    if (kernels === "host" || (step.primitive === "lattice" && !this.#hasArrays)) this.#onHost(step);
    else this.#kernels(step, kernels as PrimitiveKernels<PrimitiveName>); // the table pairs them
  }

  #together(fused: Fused): void {
    const results = [fused.result];
    if (fused.kind === "softmax") {
      this.#kernels({ ...fused.step, operands: [fused.logits], results }, softmax);
      return;
    }
    const { step, bias, relu } = fused;
    const whole = { ...step, operands: [...step.operands, bias], results };
    this.#kernels(whole, (call) => convolution(call as KernelCall<"conv">, { bias: true, relu })); // as the step says
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
    const writes = step.results.slice(0, made.results.length).map((id, i) => {
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
