/** Calls that are another value, or a cheaper one: each rule says which. */
import type { PrimitiveAttributes, PrimitiveName } from "../../primitives/attributes.ts";
import { commonShape } from "../../primitives/broadcasting.ts";
import type { Calls } from "../../primitives/calls.ts";
import type { Step, StepOf } from "../../program.ts";
import { sameShape, type Value } from "../../value.ts";

/** The program so far. */
export interface Known extends Calls {
  readonly definition: (value: Value) => Step | undefined;
  readonly value: (id: number) => Value;
  readonly number: (value: Value) => number | undefined;
}

interface Call<P extends PrimitiveName> {
  readonly operands: readonly Value[];
  readonly attributes: PrimitiveAttributes[P];
}

/** The value that the call is; `undefined`: it stays. */
type Rule<P extends PrimitiveName> = (known: Known, call: Call<P>) => Value | undefined;

const rules: { readonly [P in PrimitiveName]?: Rule<P> } = {
  stop_gradient: (_, { operands: [x] }) => x,
  add: (known, { operands }) =>
    withoutNeutral(known, operands, 0) ??
    difference(known, operands) ??
    besideEachOther(known, operands) ??
    withoutBroadcasts(known, "add", operands),
  multiply: (known, { operands }) =>
    withoutNeutral(known, operands, 1) ??
    oneNumber(known, operands) ??
    withoutBroadcasts(known, "multiply", operands),
  subtract: (known, { operands }) =>
    withoutLast(known, operands, 0) ?? withoutBroadcasts(known, "subtract", operands),
  divide: (known, { operands }) =>
    withoutLast(known, operands, 1) ?? withoutBroadcasts(known, "divide", operands),
  maximum: (known, { operands }) => withoutBroadcasts(known, "maximum", operands),
  minimum: (known, { operands }) => withoutBroadcasts(known, "minimum", operands),
  power: (known, { operands }) =>
    withoutLast(known, operands, 1) ?? withoutBroadcasts(known, "power", operands),
  select: (known, { operands }) => withoutBroadcasts(known, "select", operands),
  compare: (known, { operands, attributes }) => {
    const bare = bareOperands(known, operands);
    return bare === undefined ? undefined : known.apply("compare", bare, attributes)[0];
  },
  // −(−x) is x
  negate: (known, { operands: [x] }) => operandOf(known, x, "negate"),
  // of two reshapes the last one counts
  reshape: (known, { operands: [x], attributes: { shape } }) => {
    const inner = operandOf(known, x, "reshape");
    return inner === undefined ? undefined : known.reshape(inner, shape);
  },
  broadcast: (known, { operands: [x], attributes: { shape } }) => {
    const inner = operandOf(known, x, "broadcast");
    return inner === undefined ? undefined : known.broadcast(inner, shape);
  },
  transpose: (known, { operands: [x], attributes: { order } }) => {
    const step = stepOf(known, x, "transpose");
    const inner = operandOf(known, x, "transpose");
    if (step === undefined || inner === undefined) return undefined;
    return known.transpose(
      inner,
      order.map((axis) => step.attributes.order[axis] ?? 0),
    );
  },
  // of a join of joins all parts are joined at once
  concat: (known, { operands, attributes: { axis } }) => {
    const parts = operands.flatMap((x) => {
      const step = stepOf(known, x, "concat");
      return step?.attributes.axis === axis ? step.operands.map((id) => known.value(id)) : [x];
    });
    return parts.length === operands.length ? undefined : known.concat(parts, axis);
  },
  sum: (known, { operands: [x], attributes: { axes } }) => {
    const negated = operandOf(known, x, "negate");
    return negated === undefined ? factored(known, x, axes) : known.negate(known.sum(negated, axes));
  },
};

/** The value that a call is, by the rule of its primitive. */
export function rewrite<P extends PrimitiveName>(
  known: Known,
  call: Call<P> & { readonly primitive: P },
): Value | undefined {
  const rule = rules[call.primitive] as Rule<P> | undefined; // the table pairs each name with its own rule
  return rule?.(known, call);
}

/** x + 0, 1 · x: x, where the number does not change its shape. */
function withoutNeutral(known: Known, [a, b]: readonly Value[], neutral: number): Value | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (known.number(a) === neutral && keepsShape(b, a)) return b;
  return known.number(b) === neutral && keepsShape(a, b) ? a : undefined;
}

/** x − 0, x / 1, x to the power of 1: x. */
function withoutLast(known: Known, [a, b]: readonly Value[], neutral: number): Value | undefined {
  if (a === undefined || b === undefined) return undefined;
  return known.number(b) === neutral && keepsShape(a, b) ? a : undefined;
}

/** a + (−b) is a − b. */
function difference(known: Known, [a, b]: readonly Value[]): Value | undefined {
  const [first, second] = [operandOf(known, a, "negate"), operandOf(known, b, "negate")];
  if (a !== undefined && second !== undefined) return known.subtract(a, second);
  return b !== undefined && first !== undefined ? known.subtract(b, first) : undefined;
}

/** Of two values that are padded with zeros along one axis, one up to where the other begins, the sum joins them: gradients of slices. */
function besideEachOther(known: Known, [a, b]: readonly Value[]): Value | undefined {
  const [one, other] = [placed(known, a), placed(known, b)];
  if (one === undefined || other === undefined || one.axis !== other.axis) return undefined;
  if (a === undefined || b === undefined || !sameShape(a.shape, b.shape)) return undefined;
  const [first, second] = one.from < other.from ? [one, other] : [other, one];
  if (first.to !== second.from) return undefined;
  const { axis } = first;
  const counts = (count: number) => a.shape.map((_, at) => (at === axis ? count : 0));
  const joined = known.concat([first.x, second.x], axis);
  return known.pad(joined, counts(first.from), counts((a.shape[axis] ?? 0) - second.to));
}

/** What is padded along one axis alone, and between which places of it the operand is. */
function placed(known: Known, value: Value | undefined) {
  const step = stepOf(known, value, "pad");
  const x = operandOf(known, value, "pad");
  if (step === undefined || x === undefined) return undefined;
  const { before, after } = step.attributes;
  const axes = x.shape.flatMap((_, axis) => (before[axis] === 0 && after[axis] === 0 ? [] : [axis]));
  const [axis] = axes;
  const from = before[axis ?? -1];
  if (axis === undefined || from === undefined || axes.length > 1) return undefined;
  return { x, axis, from, to: from + (x.shape[axis] ?? 0) };
}

/** Products of numbers that single precision holds in full, and whose inverses it holds. */
const mostProduct = 1e30;

/** Of several numbers that a value is multiplied by, the product: −x · 2 / y · 3 is x / y · −6. */
function oneNumber(known: Known, [a, b]: readonly Value[]): Value | undefined {
  if (a === undefined || b === undefined) return undefined;
  for (const [x, factor] of [
    [a, b],
    [b, a],
  ] as const) {
    const number = known.number(factor);
    if (number === undefined || x.type !== "float32" || !keepsShape(x, factor)) continue;
    const found = withoutNumber(known, x);
    if (found === undefined) continue;
    const product = number * found.number;
    const isHeld = Math.abs(product) <= mostProduct && Math.abs(product) >= 1 / mostProduct;
    if (isHeld) return known.multiply(found.rest, known.constant([product], factor.shape));
  }
  return undefined;
}

/** What the value is a number times; `undefined`: no product by a number. */
function withoutNumber(
  known: Known,
  x: Value,
): { readonly rest: Value; readonly number: number } | undefined {
  const negated = operandOf(known, x, "negate");
  if (negated !== undefined) return { rest: negated, number: -1 };
  const product = stepOf(known, x, "multiply")?.operands.map((id) => known.value(id));
  if (product !== undefined) {
    for (const [place, factor] of product.entries()) {
      const [number, rest] = [known.number(factor), product[1 - place]];
      if (number !== undefined && rest !== undefined && sameShape(rest.shape, x.shape))
        return { rest, number };
    }
  }
  const [above, below] = stepOf(known, x, "divide")?.operands.map((id) => known.value(id)) ?? [];
  if (above === undefined || below === undefined || !sameShape(above.shape, x.shape)) return undefined;
  const found = withoutNumber(known, above);
  return found && { rest: known.divide(found.rest, below), number: found.number };
}

function keepsShape(kept: Value, other: Value): boolean {
  return sameShape(commonShape([kept, other]), kept.shape);
}

type Pointwise = "add" | "multiply" | "subtract" | "divide" | "maximum" | "minimum" | "power" | "select";

/** A pointwise step repeats its operands itself. */
function withoutBroadcasts(
  known: Known,
  primitive: Pointwise,
  operands: readonly Value[],
): Value | undefined {
  const bare = bareOperands(known, operands);
  return bare === undefined ? undefined : known.apply(primitive, bare, {})[0];
}

/** The operands without their broadcasts, where one of the others has the whole shape; `undefined`: none has a broadcast to lose. */
function bareOperands(known: Known, operands: readonly Value[]): readonly Value[] | undefined {
  const bare = operands.map((operand) => operandOf(known, operand, "broadcast") ?? operand);
  if (bare.every((operand, i) => operand === operands[i])) return undefined;
  return sameShape(commonShape(bare), commonShape(operands)) ? bare : undefined;
}

/** Σ x · s, where s does not change along the axes, is s · Σ x: the product is of fewer elements. */
function factored(known: Known, x: Value | undefined, axes: readonly number[]): Value | undefined {
  const step = stepOf(known, x, "multiply");
  if (step === undefined || x === undefined) return undefined;
  const [first, second] = step.operands.map((id) => known.value(id));
  if (first === undefined || second === undefined) return undefined;
  for (const [factor, rest] of [
    [first, second],
    [second, first],
  ] as const) {
    const missing = x.shape.length - factor.shape.length;
    const constant = axes.every((axis) => axis < missing || factor.shape[axis - missing] === 1);
    const smaller = axes.some((axis) => (x.shape[axis] ?? 1) > 1);
    if (constant && smaller && sameShape(rest.shape, x.shape)) {
      return known.multiply(known.sum(rest, axes), factor);
    }
  }
  return undefined;
}

function stepOf<P extends PrimitiveName>(
  known: Known,
  x: Value | undefined,
  primitive: P,
): StepOf<P> | undefined {
  const step = x === undefined ? undefined : known.definition(x);
  return step?.primitive === primitive ? (step as unknown as StepOf<P>) : undefined; // of that name
}

/** The first operand of the step that computes x, where it is of that primitive. */
function operandOf(known: Known, x: Value | undefined, primitive: PrimitiveName): Value | undefined {
  const id = stepOf(known, x, primitive)?.operands[0];
  return id === undefined ? undefined : known.value(id);
}
