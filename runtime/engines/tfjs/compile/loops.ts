/** The pointwise steps and sums of a program as loops: which of them one loop computes together. */
import type { Program } from "../../../../compiler/tensors/program.ts";
import { elementCount, sameShape } from "../../../../compiler/tensors/value.ts";
import { type AxisOrder, rowMajor, storedAlike, usualOrder } from "../axis-order.ts";
import { isPointwise, type PointwiseStep } from "../pointwise/functions.ts";
import type { Group, GroupResult, Leaf, Operand } from "../pointwise/group.ts";
import type { Stored } from "../primitives/kernel-call.ts";
import { GroupBuilder } from "./group-builder.ts";
import { isLooped } from "./inlined.ts";
import type { Values } from "./values.ts";

interface LoopContext {
  readonly program: Program;
  readonly values: Values;
  /** Whether loops over arrays are possible: otherwise every step has a loop of its own. */
  readonly joins: boolean;
  /** By place: steps that every reader computes for itself. */
  readonly inlined: ReadonlySet<number>;
  /** Whether something other than a loop computes the step at this place. */
  readonly isElsewhere: (place: number) => boolean;
}

export class Loops {
  readonly #context: LoopContext;
  readonly #program: Program;
  readonly #values: Values;
  /** By value: the place of the step that computes it. */
  readonly #sources = new Map<number, number>();
  readonly #done = new Set<number>();

  constructor(context: LoopContext) {
    this.#context = context;
    this.#program = context.program;
    this.#values = context.values;
    for (const [place, { results }] of context.program.steps.entries())
      for (const id of results) this.#sources.set(id, place);
  }

  /** Whether a loop that was made computes the step. */
  has(place: number): boolean {
    return this.#done.has(place);
  }

  /** A loop for a step, for later ones that sum what it walks, and for those soon after it that walk the same. */
  make(place: number): void {
    const first = this.#started(place);
    if (first === undefined) throw new Error(`step ${place} is no loop`);
    const builder = new GroupBuilder();
    const { steps } = this.#program;
    const reach = Math.min(steps.length, place + far);
    this.#into(builder, place);
    if (this.#context.joins) {
      for (let later = place + 1; later < reach; later++) {
        const step = steps[later];
        if (step === undefined || (isPointwise(step) && later > place + near)) continue;
        if (this.#context.isElsewhere(later)) continue;
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
    this.#values.addGroup(group, found, writes, this.#program.steps[place]?.origin);
  }

  /** The shape of the loop that computes a step by itself. */
  #started(place: number): { readonly shape: readonly number[] } | undefined {
    const step = this.#program.steps[place];
    if (step === undefined || !isLooped(step) || this.#context.inlined.has(place)) return undefined;
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
      if (source === undefined || !this.#context.inlined.has(source)) return false;
      return (this.#program.steps[source]?.operands ?? []).every(walk);
    };
    const all = (this.#program.steps[place]?.operands ?? []).every(walk);
    return all ? [...found] : undefined;
  }

  #into(builder: GroupBuilder, place: number): void {
    const step = this.#program.steps[place];
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
    const step = own ?? this.#program.steps[source];
    if (step === undefined || !isPointwise(step) || (own === undefined && !this.#context.inlined.has(source)))
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
