/** Sums, products and functions of blocked maps; per channel, they wait until something reads them. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import { sameShape } from "../../../../compiler/tensors/value.ts";
import type { BlockedMap } from "../blocked-map.ts";
import type { Lowering, LoweringCall } from "../lowered.ts";
import { operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/pointwise.ts";
import { blockedOperand, blockedOperands, blockedResult, channelVector, isReordered } from "./operands.ts";

/** The lowering for maps of which one is blocked, or the public one. */
function unlessPlain<P extends PrimitiveName>(
  plain: Lowering<P>,
  blocked: (call: LoweringCall<P>) => BlockedMap | undefined,
): Lowering<P> {
  return (call) => {
    if (!call.operands.some(({ parts }) => parts.blocked !== undefined)) return plain(call);
    const map = blocked(call);
    return map === undefined ? plain(call) : blockedResult(map);
  };
}

/** Operators that give 0 for 0: what fills the last block stays as it is. */
const keepZero: ReadonlySet<string> = new Set(["Sqrt", "Tanh", "Erf", "Abs", "Floor"]);

export function unary<P extends PrimitiveName>(operator: string): Lowering<P> {
  return unlessPlain(publicly.unary(operator), ({ operands }) => {
    const map = operandAt(operands, 0).parts.blocked;
    return map?.isFilled === true || keepZero.has(operator) ? map?.mapped(operator) : undefined;
  });
}

/** a ± b, where one of them may be a number for each channel. */
function sum<P extends "add" | "subtract">(plain: Lowering<P>, block: number, sign: 1 | -1): Lowering<P> {
  return unlessPlain(plain, ({ graph, operands, results }) => {
    const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
    const signed = (map: BlockedMap) => (sign === 1 ? map : map.times(minusOne(map)));
    const minusOne = ({ shape }: BlockedMap) => graph.floats(new Float32Array(shape[1]).fill(-1), [shape[1]]);
    const [first, second] = [a.parts.blocked, b.parts.blocked];
    if (sign === -1 && first !== undefined && b.parts.meanOf?.map === first) return b.parts.meanOf.centred;
    if (first !== undefined && second === undefined) {
      const vector = channelVector(graph, b, first);
      if (vector !== undefined) {
        const shifted = first.plus(sign === 1 ? vector : graph.apply("Neg", [vector], vector.shape));
        // a map that is computed again, less the mean that is known: nothing else reads the map
        return sign === -1 && b.parts.meanOf !== undefined ? shifted.asItIs() : shifted;
      }
    }
    if (second !== undefined && first === undefined) {
      const vector = channelVector(graph, a, second);
      if (vector !== undefined) return signed(second).plus(vector);
    }
    const { shape } = resultAt(results);
    if (!sameShape(a.type.shape, shape) || !sameShape(b.type.shape, shape)) return undefined;
    const maps = blockedOperands(graph, [a, b], block);
    return maps?.[0].plusMap(signed(maps[1]));
  });
}

export const add = (block: number) => sum<"add">(publicly.binary("Add"), block, 1);
export const subtract = (block: number) => sum<"subtract">(publicly.binary("Sub"), block, -1);

export function multiply(block: number): Lowering<"multiply"> {
  return unlessPlain(publicly.binary("Mul"), ({ graph, operands, results }) => {
    const [a, b] = [operandAt(operands, 0), operandAt(operands, 1)];
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const map = one.parts.blocked;
      if (map === undefined || other.parts.blocked !== undefined) continue;
      const vector = channelVector(graph, other, map);
      if (vector !== undefined) return map.times(vector);
    }
    const { shape } = resultAt(results);
    if (!sameShape(a.type.shape, shape) || !sameShape(b.type.shape, shape)) return undefined;
    const maps = blockedOperands(graph, [a, b], block);
    return maps?.[0].timesMap(maps[1]);
  });
}

export const negate: Lowering<"negate"> = unlessPlain(publicly.unary("Neg"), ({ graph, operands }) => {
  const map = operandAt(operands, 0).parts.blocked;
  return map?.times(graph.floats(new Float32Array(map.shape[1]).fill(-1), [map.shape[1]]));
});

export const divide: Lowering<"divide"> = unlessPlain(publicly.divide, ({ graph, operands }) => {
  const [map, vector] = [operandAt(operands, 0).parts.blocked, operandAt(operands, 1)];
  if (map === undefined || vector.parts.blocked !== undefined) return undefined;
  const divisor = channelVector(graph, vector, map);
  return divisor && map.times(graph.apply("Reciprocal", [divisor], divisor.shape));
});

export const maximum: Lowering<"maximum"> = unlessPlain(publicly.maximum, ({ operands }) =>
  operandAt(operands, 1).uniform === 0 ? operandAt(operands, 0).parts.blocked?.rectified() : undefined,
);

/** Whether a map is above 0 is asked of its ReLU, when something asks. */
export const compare: Lowering<"compare"> = (call) => {
  const [x, y] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  if (call.attributes.relation !== "greater" || y.uniform !== 0 || x.parts.blocked === undefined)
    return publicly.compare(call);
  return [{ positive: x, value: () => comparisonOf(publicly.compare(call)) }];
};

function comparisonOf([result]: ReturnType<Lowering<"compare">>) {
  if (result === undefined || typeof result.value === "function") throw new Error("a comparison has a value");
  return result.value;
}

export function select(block: number): Lowering<"select"> {
  return (call) => {
    const [condition, a, b] = [
      operandAt(call.operands, 0),
      operandAt(call.operands, 1),
      operandAt(call.operands, 2),
    ];
    const of = condition.parts.positive?.parts.blocked;
    const { shape } = resultAt(call.results);
    if (
      of === undefined ||
      b.uniform !== 0 ||
      !isReordered(a) ||
      !sameShape(a.type.shape, shape) ||
      !sameShape(of.shape, shape)
    ) {
      return publicly.select(call);
    }
    const values = blockedOperand(call.graph, a, block).values();
    return blockedResult(of.masking(values));
  };
}
