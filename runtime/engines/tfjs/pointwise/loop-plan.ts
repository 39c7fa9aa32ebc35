/** How a loop walks its arrays: axes that all of them walk as one are joined. */
import { axisStrides, type Layout } from "../axis-order.ts";
import type { Group, Operand } from "./group.ts";

export interface LoopPlan {
  /** Slowest axis first, at least one. */
  readonly extents: readonly number[];
  /** Of each leaf, and of each result: elements from one position of an axis to the next. */
  readonly leaves: readonly (readonly number[])[];
  readonly results: readonly (readonly number[])[];
  /** The innermost axis along which an operand changes: −1 for one number. */
  readonly levelOf: (operand: Operand) => number;
}

export function planOf({ shape, order, leaves, nodes, results }: Group): LoopPlan {
  const axes = order.filter((axis) => (shape[axis] ?? 1) !== 1);
  const along = (layout: Layout): number[] => {
    const strides = axisStrides(layout);
    const missing = shape.length - layout.shape.length;
    return axes.map((axis) =>
      layout.shape[axis - missing] === shape[axis] ? (strides[axis - missing] ?? 0) : 0,
    );
  };
  const walked = [...leaves, ...results].map(along);
  const joined = joinAxes(
    axes.map((axis) => shape[axis] ?? 1),
    walked,
  );
  const plan = joined.extents.length > 0 ? joined : { extents: [1], strides: walked.map(() => [0]) };
  const own = plan.strides.slice(0, leaves.length);
  const leafLevels = own.map((strides) => strides.findLastIndex((stride) => stride !== 0));
  const nodeLevels: number[] = [];
  const levelOf = (operand: Operand): number => {
    if (operand.kind === "number") return -1;
    return (operand.kind === "leaf" ? leafLevels : nodeLevels)[operand.place] ?? -1;
  };
  for (const { operands } of nodes) nodeLevels.push(Math.max(-1, ...operands.map(levelOf)));
  return { extents: plan.extents, leaves: own, results: plan.strides.slice(leaves.length), levelOf };
}

/** Neighbouring axes that every array walks as one become one. */
function joinAxes(extents: readonly number[], walked: readonly (readonly number[])[]) {
  const result: number[] = [];
  const strides = walked.map((): number[] => []);
  for (const [axis, extent] of extents.entries()) {
    const joins =
      result.length > 0 && walked.every((one, i) => strides[i]?.at(-1) === (one[axis] ?? 0) * extent);
    if (joins) result[result.length - 1] = (result.at(-1) ?? 1) * extent;
    else result.push(extent);
    for (const [i, one] of walked.entries()) {
      if (joins) strides[i]?.pop();
      strides[i]?.push(one[axis] ?? 0);
    }
  }
  return { extents: result, strides };
}
