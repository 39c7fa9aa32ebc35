/**
 * A group of steps as a loop of WebAssembly over the backend's memory, four numbers at once. Numbers are float32 throughout; sums are
 * added up in float64.
 */
import { elementCount } from "../../../../../compiler/tensors/value.ts";
import type { WasmMemory } from "../../kernels/loop-memory.ts";
import type { Group, Operand } from "../group.ts";
import type { LoopPlan } from "../loop-plan.ts";
import { hasInstructions, instructions, type Width } from "./functions.ts";
import { FunctionBody, type LoopModule } from "./web-assembly.ts";

/** @param leaves their addresses; @param results also: of a sum that of its float64 numbers */
export type SimdLoop = (memory: WasmMemory, leaves: readonly number[], results: readonly number[]) => void;

/** Along the innermost axis, and in all: with less, a call takes longer than the numbers. */
const [fewest, fewestInAll] = [4, 256];

/** Sums in float64 take memory of their own. */
export const mostSums = 8192;

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
  const module = moduleOf(group, plan);
  return (memory, from, to) => functionOf(module, memory)(...from, ...to, ...extents, ...steps);
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

/** An array that the loop walks. */
interface Walked {
  readonly strides: readonly number[];
  /** The local with its address within the loops that are open. */
  pointer: number;
}

class LoopWriter {
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
      this.#address(result, 1);
      this.#address(result, 1);
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

  /** @param doubled where its numbers take eight bytes: 1 */
  #address({ pointer, strides }: Walked, doubled = 0): void {
    this.#body.get(pointer);
    if (strides[this.#inner] === 0) return;
    this.#body.get(this.#offset);
    if (doubled > 0) this.#body.integer(doubled).do("i32.shl");
    this.#body.do("i32.add");
  }
}

/** What an innermost loop adds up before it stores it. */
interface Total {
  readonly add: (width: Width, push: () => void) => void;
  /** Four numbers become one. */
  readonly gather: () => void;
  readonly store: () => void;
}

function sumInto(body: FunctionBody, pointer: number): Total {
  const halves = [body.local("v128"), body.local("v128")];
  const whole = body.local("f64");
  for (const half of halves) body.zero().set(half);
  return {
    add: (width, push) => {
      if (width === "f32") {
        body.get(whole);
        push();
        body.do("f64.promote_f32", "f64.add").set(whole);
        return;
      }
      for (const [place, half] of halves.entries()) {
        body.get(half);
        push();
        if (place === 1) {
          push();
          body.upperHalf();
        }
        body.do("f64x2.promote_low_f32x4", "f64x2.add").set(half);
      }
    },
    gather: () => {
      body.double(0);
      for (const half of halves) for (const lane of [0, 1]) body.get(half).lane("f64x2", lane).do("f64.add");
      body.set(whole);
    },
    store: () => {
      body.get(pointer).get(pointer).memory("f64.load").get(whole).do("f64.add").memory("f64.store");
    },
  };
}

function maximumInto(body: FunctionBody, pointer: number): Total {
  const four = body.local("v128");
  const whole = body.local("f32");
  body.float(Number.NEGATIVE_INFINITY).do("f32x4.splat").set(four);
  return {
    add: (width, push) => {
      const local = width === "f32" ? whole : four;
      body.get(local);
      push();
      body.do(`${width}.max`).set(local);
    },
    gather: () => {
      body.float(Number.NEGATIVE_INFINITY);
      for (const lane of [0, 1, 2, 3]) body.get(four).lane("f32x4", lane).do("f32.max");
      body.set(whole);
    },
    store: () => {
      body.get(pointer).get(pointer).memory("f32.load").get(whole).do("f32.max").memory("f32.store");
    },
  };
}

function nameOf(operand: Operand): string {
  if (operand.kind !== "number") return `${operand.kind} ${operand.place}`;
  return `number ${Object.is(operand.value, -0) ? "-0" : operand.value}`;
}
