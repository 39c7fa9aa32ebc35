/** A group of steps as one loop over arrays, written for the axes that it has and compiled once for each form. */
import type { TensorInfo } from "@tensorflow/tfjs";
import { evaluateFormula } from "../../../../compiler/ops/evaluate-formula.ts";
import { storedShape } from "../axis-order.ts";
import type { ArrayHeap } from "../kernels/array-heap.ts";
import { type PointwiseStep, pointwiseFunctions } from "./functions.ts";
import type { Group, Operand } from "./group.ts";
import { type LoopPlan, planOf } from "./loop-plan.ts";
import { onMemory } from "./simd/on-memory.ts";

type Numbers = Float32Array | Int32Array | Float64Array;

type Loop = (
  leaves: readonly Numbers[],
  results: readonly Numbers[],
  extents: readonly number[],
  strides: readonly number[],
  erf: (x: number) => number,
  bits: readonly (Int32Array | undefined)[],
) => void;

export type GroupOnArrays = (heap: ArrayHeap, leaves: readonly TensorInfo[]) => TensorInfo[];

/** Loops by their text. */
const known = new Map<string, Loop>();

export function loopOf(group: Group): GroupOnArrays {
  const plan = planOf(group);
  let written: LoopText | undefined;
  const simd = onMemory(group, plan);
  const { leaves, results } = group;
  const shapes = results.map(storedShape);
  return (heap, given) => {
    const made = results.map(({ type }, i) =>
      type === "float32" ? heap.output(shapes[i] ?? []) : heap.integerOutput(shapes[i] ?? []),
    );
    heap.memory?.reserve(simd?.bytes ?? 0);
    const sources = given.map((info, i) =>
      leaves[i]?.type === "int32" ? heap.integers(info) : heap.floats(info),
    );
    const targets = made.map((info, i) =>
      results[i]?.type === "int32" ? heap.integers(info) : heap.floats(info),
    );
    for (const [i, target] of targets.entries())
      if (results[i]?.reduced === "max") target.fill(Number.NEGATIVE_INFINITY);
    if (simd !== undefined && heap.memory !== undefined) {
      simd.run(heap.memory, sources, targets);
      return made;
    }
    const sums = targets.map((target, i) => {
      const { reduced } = results[i] ?? {};
      return reduced === "sum" ? new Float64Array(target.length) : target;
    });
    const bits = sums.map((array) =>
      array instanceof Float32Array
        ? new Int32Array(array.buffer, array.byteOffset, array.length)
        : undefined,
    );
    written ??= textOf(group, plan);
    compiled(written.text)(sources, sums, plan.extents, written.strides, errorFunction, bits);
    for (const [i, target] of targets.entries()) if (sums[i] !== target) target.set(sums[i] ?? []);
    return made;
  };
}

const formula = { kind: "unary", apply: "erf", to: { kind: "input", place: 0 } } as const;

function errorFunction(x: number): number {
  return evaluateFormula(formula, [x]);
}

function compiled(text: string): Loop {
  const found = known.get(text);
  if (found !== undefined) return found;
  // The text is made here, of a table's expressions alone.
  const made = new Function("leaves", "results", "extents", "strides", "erf", "bits", text) as Loop; // by that text
  known.set(text, made);
  return made;
}

interface LoopText {
  readonly text: string;
  /** Those that are neither 0 nor 1, in the order in which the text names them. */
  readonly strides: readonly number[];
}

/** One of the arrays that a loop walks: its strides along the loop's axes. */
interface Walked {
  readonly name: string;
  readonly strides: readonly number[];
}

function textOf(group: Group, plan: LoopPlan): LoopText {
  const { leaves, nodes, results } = group;
  const { extents, levelOf } = plan;
  const walked: Walked[] = [
    ...plan.leaves.map((strides, i) => ({ name: `a${i}`, strides })),
    ...plan.results.map((strides, i) => ({ name: `r${i}`, strides })),
  ];
  const depth = extents.length;
  const written = new Text(depth, walked);
  for (const [place] of leaves.entries()) {
    const level = levelOf({ kind: "leaf", place });
    written.at(level, `const x${place} = a${place}[${written.place(`a${place}`, level)}];`);
  }
  /** Results that are stored where they are computed. */
  const masked = new Set<number>();
  const nameOf = (operand: Operand | undefined, exact = false): string => {
    if (operand === undefined) return "0";
    if (operand.kind === "number") return numberText(operand.value);
    if (operand.kind === "leaf") return `x${operand.place}`;
    return exact ? `Math.fround(y${operand.place})` : `y${operand.place}`;
  };
  for (const [i, { step, operands }] of nodes.entries()) {
    const level = levelOf({ kind: "node", place: i });
    const cut = level === depth - 1 ? cutOf(step.primitive, operands) : undefined;
    const stored = results.findIndex(
      ({ of, type, reduced }) =>
        of.kind === "node" && of.place === i && type === "float32" && reduced === undefined,
    );
    if (cut !== undefined && stored !== -1) {
      const place = written.place(`r${stored}`, level);
      const [value, other] = [nameOf(cut.value), nameOf(cut.by, true)];
      const kept = cut.by === cut.value ? `!(${value} <= 0)` : `${other} !== 0`;
      written.at(level, `r${stored}[${place}] = ${value};`);
      written.at(level, `b${stored}[${place}] &= -(${kept});`);
      written.at(level, `const y${i} = r${stored}[${place}];`);
      masked.add(stored);
      written.usesBits(stored);
      continue;
    }
    // What jumps is asked of the numbers that other loops store and read.
    const exact = ["compare", "floor", "convert"].includes(step.primitive);
    const [a, b, c] = [0, 1, 2].map((place) => nameOf(operands[place], exact));
    const { text } = pointwiseFunctions[step.primitive];
    written.at(level, `const y${i} = ${text(step, a ?? "0", b ?? "0", c ?? "0")};`);
  }
  for (const [i, { of, reduced }] of results.entries()) {
    const name = `r${i}`;
    const inner = walked[leaves.length + i]?.strides[depth - 1] ?? 0;
    const place = written.place(name, depth - 1);
    if (masked.has(i)) continue;
    if (reduced === undefined) written.at(depth - 1, `${name}[${place}] = ${nameOf(of)};`);
    else if (inner !== 0) {
      const old = `${name}[${place}]`;
      written.at(depth - 1, `${old} = ${combined(reduced, old, nameOf(of))};`);
    } else {
      // one number for the whole innermost loop
      const before = written.place(name, depth - 2);
      const first = reduced === "sum" ? "0" : "-Infinity";
      written.before(`let s${i} = ${first};`);
      written.at(depth - 1, `s${i} = ${combined(reduced, `s${i}`, nameOf(of))};`);
      written.after(`${name}[${before}] = ${combined(reduced, `${name}[${before}]`, `s${i}`)};`);
    }
  }
  return { text: written.whole(), strides: written.strides };
}

/**
 * What is a value or 0: a rectifier, and its gradient. Which of them changes from element to element at random, and a branch that the
 * processor guesses wrong takes several times as long as the rest of the loop; so the value is stored, and its bits are cut away.
 */
function cutOf(
  primitive: PointwiseStep["primitive"],
  [a, b, c]: readonly Operand[],
): { readonly value: Operand; readonly by: Operand } | undefined {
  const isZero = (operand: Operand | undefined) => operand?.kind === "number" && operand.value === 0;
  if (primitive === "maximum" && a !== undefined && isZero(b)) return { value: a, by: a };
  if (primitive === "select" && a !== undefined && b !== undefined && isZero(c)) return { value: b, by: a };
  return undefined;
}

function combined(reduced: "sum" | "max", a: string, b: string): string {
  return reduced === "sum" ? `${a} + ${b}` : `Math.max(${a}, ${b})`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return `(${Object.is(value, -0) ? "-0" : value})`;
}

/** The lines of nested loops, by the axis whose loop they are in. */
class Text {
  readonly strides: number[] = [];
  readonly #depth: number;
  readonly #walked: readonly Walked[];
  readonly #lines: string[][];
  readonly #before: string[] = [];
  readonly #after: string[] = [];
  readonly #masked: number[] = [];

  constructor(depth: number, walked: readonly Walked[]) {
    this.#depth = depth;
    this.#walked = walked;
    this.#lines = Array.from({ length: depth + 1 }, () => []);
    for (const { name, strides } of walked) {
      for (let axis = 0; axis < depth; axis++) {
        const stride = strides[axis] ?? 0;
        if (stride === 0 || axis === depth - 1) continue;
        const above = this.place(name, axis - 1);
        this.at(axis, `const ${name}_${axis} = ${above} + i${axis} * ${this.#stride(stride)};`);
      }
    }
  }

  /** In the loop of an axis; -1: before all loops. */
  at(axis: number, line: string): void {
    this.#lines[axis + 1]?.push(line);
  }

  /** The loop changes bits of a result, as integers `b0`. */
  usesBits(result: number): void {
    this.#masked.push(result);
  }

  /** Before the innermost loop. */
  before(line: string): void {
    this.#before.push(line);
  }

  after(line: string): void {
    this.#after.push(line);
  }

  /** The element of an array in the loop of an axis. */
  place(name: string, axis: number): string {
    const strides = this.#walked.find((one) => one.name === name)?.strides ?? [];
    if (axis === this.#depth - 1 && (strides[axis] ?? 0) !== 0) {
      const stride = strides[axis] ?? 0;
      const inner = stride === 1 ? `i${axis}` : `i${axis} * ${this.#stride(stride)}`;
      return `${this.place(name, axis - 1)} + ${inner}`;
    }
    for (let outer = axis; outer >= 0; outer--) if ((strides[outer] ?? 0) !== 0) return `${name}_${outer}`;
    return "0";
  }

  whole(): string {
    const arrays = [
      ["a", "leaves"],
      ["r", "results"],
    ] as const;
    const lines = arrays.flatMap(([letter, list]) =>
      this.#walked
        .filter(({ name }) => name.startsWith(letter))
        .map(({ name }, i) => `const ${name} = ${list}[${i}];`),
    );
    for (const i of this.#masked) lines.push(`const b${i} = bits[${i}];`);
    for (let axis = 0; axis < this.#depth; axis++) lines.push(`const e${axis} = extents[${axis}];`);
    for (const [i] of this.strides.entries()) lines.push(`const s_${i} = strides[${i}];`);
    lines.push(...(this.#lines[0] ?? []));
    for (let axis = 0; axis < this.#depth; axis++) {
      if (axis === this.#depth - 1) lines.push(...this.#before);
      lines.push(
        `for (let i${axis} = 0; i${axis} < e${axis}; i${axis}++) {`,
        ...(this.#lines[axis + 1] ?? []),
      );
    }
    lines.push("}", ...this.#after, "}".repeat(this.#depth - 1));
    return lines.join("\n");
  }

  #stride(stride: number): string {
    if (stride === 1) return "1";
    return `s_${this.strides.push(stride) - 1}`;
  }
}
