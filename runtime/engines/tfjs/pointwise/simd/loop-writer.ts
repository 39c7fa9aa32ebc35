/** Writes the loops of a group: outer axes one by one, the innermost four numbers at once and then one by one. */
import type { Group, Operand } from "../group.ts";
import type { LoopPlan } from "../loop-plan.ts";
import { instructions, type Width } from "./functions.ts";
import { maximumInto, sumInto, type Total } from "./totals.ts";
import { FunctionBody, type LoopModule } from "./web-assembly.ts";

/** An array that the loop walks. */
interface Walked {
  readonly strides: readonly number[];
  /** The local with its address within the loops that are open. */
  pointer: number;
}

export class LoopWriter {
  readonly #group: Group;
  readonly #plan: LoopPlan;
  readonly #inner: number;
  readonly #body: FunctionBody;
  readonly #leaves: readonly Walked[];
  readonly #results: readonly Walked[];
  readonly #extents: readonly number[];
  /** Parameters: by array and axis, the bytes from one position to the next. */
  readonly #steps = new Map<Walked, Map<number, number>>();
  /** Locals, by what they hold. */
  readonly #scalars = new Map<string, number>();
  readonly #vectors = new Map<string, number>();
  /** Bytes from the first number of the innermost loop. */
  readonly #offset: number;

  constructor(group: Group, plan: LoopPlan) {
    this.#group = group;
    this.#plan = plan;
    this.#inner = plan.extents.length - 1;
    let parameters = 0;
    const walked = (strides: readonly number[]): Walked => ({ strides, pointer: parameters++ });
    this.#leaves = plan.leaves.map(walked);
    this.#results = plan.results.map(walked);
    this.#extents = plan.extents.map(() => parameters++);
    for (const one of [...this.#leaves, ...this.#results]) {
      const own = new Map<number, number>();
      for (const [axis, stride] of one.strides.entries())
        if (stride !== 0 && axis < this.#inner) own.set(axis, parameters++);
      this.#steps.set(one, own);
    }
    this.#body = new FunctionBody(parameters);
    this.#offset = this.#body.local("i32");
  }

  written(): LoopModule {
    this.#level(-1, undefined);
    return this.#body.module();
  }

  /** What changes along an axis, and the loops within it. @param counter of that axis's loop */
  #level(axis: number, counter: number | undefined): void {
    const body = this.#body;
    const all = [...this.#leaves, ...this.#results];
    const outer = all.map(({ pointer }) => pointer);
    for (const one of all) {
      const step = this.#steps.get(one)?.get(axis);
      if (step === undefined || counter === undefined) continue;
      const pointer = body.local("i32");
      body.get(one.pointer).get(counter).get(step).do("i32.mul", "i32.add").set(pointer);
      one.pointer = pointer;
    }
    for (const [place, leaf] of this.#leaves.entries()) {
      const operand = { kind: "leaf", place } as const;
      if (this.#plan.levelOf(operand) !== axis || axis === this.#inner) continue;
      body
        .get(leaf.pointer)
        .memory("f32.load")
        .set(this.#held(this.#scalars, operand, "f32"));
    }
    this.#compute(axis, "f32", this.#scalars);
    for (const operand of this.#repeated()) {
      if (this.#plan.levelOf(operand) !== axis || this.#vectors.has(nameOf(operand))) continue;
      this.#push(operand, "f32");
      body.do("f32x4.splat").set(this.#held(this.#vectors, operand, "v128"));
    }
    if (axis === this.#inner - 1) this.#innermost();
    else {
      const next = body.local("i32");
      body.integer(0).set(next);
      this.#repeat(next, this.#extents[axis + 1] ?? -1, () => {
        this.#level(axis + 1, next);
        body.get(next).integer(1).do("i32.add").set(next);
      });
    }
    for (const [i, one] of all.entries()) one.pointer = outer[i] ?? -1;
  }

  /** While one local is below another. */
  #repeat(counter: number, end: number, content: () => void): void {
    const body = this.#body;
    body.do("block", "loop").get(counter).get(end).do("i32.ge_u").branch(1, "if");
    content();
    body.branch(0, "always").do("end", "end");
  }

  #innermost(): void {
    const body = this.#body;
    const totals = this.#results.map((_, i) => this.#total(i));
    const [count = -1] = this.#extents.slice(-1);
    const end = body.local("i32");
    body.integer(0).set(this.#offset);
    for (const width of ["f32x4", "f32"] as const) {
      body.get(count);
      if (width === "f32x4") body.integer(-4).do("i32.and");
      body.integer(2).do("i32.shl").set(end);
      this.#repeat(this.#offset, end, () => {
        this.#elements(width, totals);
        body
          .get(this.#offset)
          .integer(width === "f32x4" ? 16 : 4)
          .do("i32.add")
          .set(this.#offset);
      });
      if (width === "f32x4") for (const total of totals) total?.gather();
    }
    for (const total of totals) total?.store();
  }

  /** What the innermost loop takes that does not change in it: the same in all four places. */
  #repeated(): readonly Operand[] {
    const { nodes, results } = this.#group;
    const inner = nodes.filter((_, place) => this.#isInner({ kind: "node", place }));
    const taken = [...inner.flatMap(({ operands }) => operands), ...results.map(({ of }) => of)];
    return taken.filter((operand) => !this.#isInner(operand));
  }

  /** One turn of the innermost loop. */
  #elements(width: Width, totals: readonly (Total | undefined)[]): void {
    const body = this.#body;
    const locals = width === "f32" ? this.#scalars : this.#vectors;
    const type = width === "f32" ? "f32" : "v128";
    for (const [place, leaf] of this.#leaves.entries()) {
      const operand = { kind: "leaf", place } as const;
      if (!this.#isInner(operand)) continue;
      this.#address(leaf);
      body.memory(`${type}.load`).set(this.#held(locals, operand, type));
    }
    this.#compute(this.#inner, width, locals);
    for (const [i, { of, reduced }] of this.#group.results.entries()) {
      const result = this.#results[i];
      if (result === undefined) continue;
      const total = totals[i];
      if (total !== undefined) total.add(width, () => this.#push(of, width));
      else if (reduced === "sum") this.#addInPlace(result, of, width);
      else {
        this.#address(result);
        if (reduced === "max") {
          this.#address(result);
          body.memory(`${type}.load`);
        }
        this.#push(of, width);
        if (reduced === "max") body.do(`${width}.max`);
        body.memory(`${type}.store`);
      }
    }
  }

  /** To sums beside each other, in float64. */
  #addInPlace(result: Walked, of: Operand, width: Width): void {
    const body = this.#body;
    for (const half of width === "f32" ? [0] : [0, 1]) {
      const load = width === "f32" ? "f64.load" : "v128.load";
      this.#address(result, true);
      this.#address(result, true);
      body.memory(load, 16 * half);
      this.#push(of, width);
      if (width === "f32") body.do("f64.promote_f32", "f64.add").memory("f64.store");
      else {
        if (half === 1) {
          this.#push(of, width);
          body.upperHalf();
        }
        body.do("f64x2.promote_low_f32x4", "f64x2.add").memory("v128.store", 16 * half);
      }
    }
  }

  /** Of a result that is one number for the whole innermost loop. */
  #total(place: number): Total | undefined {
    const result = this.#results[place];
    const { reduced } = this.#group.results[place] ?? {};
    if (result === undefined || reduced === undefined || result.strides[this.#inner] !== 0) return undefined;
    return reduced === "sum" ? sumInto(this.#body, result.pointer) : maximumInto(this.#body, result.pointer);
  }

  /** The steps that change along this axis and none within it. */
  #compute(level: number, width: Width, locals: Map<string, number>): void {
    for (const [place, { step, operands }] of this.#group.nodes.entries()) {
      const node = { kind: "node", place } as const;
      if (this.#plan.levelOf(node) !== level) continue;
      const pushes = operands.map((operand) => () => this.#push(operand, width));
      instructions[step.primitive]?.(this.#body, width, step, pushes);
      this.#body.set(this.#held(locals, node, width === "f32" ? "f32" : "v128"));
    }
  }

  #isInner(operand: Operand): boolean {
    return this.#plan.levelOf(operand) === this.#inner;
  }

  #push(operand: Operand, width: Width): void {
    const local = (width === "f32" ? this.#scalars : this.#vectors).get(nameOf(operand));
    if (local !== undefined) this.#body.get(local);
    else if (operand.kind === "number" && width === "f32") this.#body.float(operand.value);
    else throw new Error(`the loop has no ${nameOf(operand)} yet`);
  }

  #held(locals: Map<string, number>, operand: Operand, type: "f32" | "v128"): number {
    const known = locals.get(nameOf(operand)) ?? this.#body.local(type);
    locals.set(nameOf(operand), known);
    return known;
  }

  /** @param doubled whether its numbers take eight bytes, not four */
  #address({ pointer, strides }: Walked, doubled = false): void {
    this.#body.get(pointer);
    if (strides[this.#inner] === 0) return;
    this.#body.get(this.#offset);
    if (doubled) this.#body.integer(1).do("i32.shl");
    this.#body.do("i32.add");
  }
}

/** What tells it from others of its group. */
export function nameOf(operand: Operand): string {
  if (operand.kind !== "number") return `${operand.kind} ${operand.place}`;
  return `number ${Object.is(operand.value, -0) ? "-0" : operand.value}`;
}
