/** Steps that are computed together, element by element: what one loop reads, computes and stores. */
import type { ElementType } from "../../../../compiler/tensors/value.ts";
import type { AxisOrder } from "../axis-order.ts";
import type { PointwiseStep } from "./functions.ts";

/** What the loop reads, from a value computed before. */
export interface Leaf {
  readonly type: ElementType;
  /** Of the value, last axes aligned with the loop's. */
  readonly shape: readonly number[];
  readonly order: AxisOrder;
}

export type Operand =
  | { readonly kind: "leaf"; readonly place: number }
  | { readonly kind: "node"; readonly place: number }
  | { readonly kind: "number"; readonly value: number };

export interface GroupNode {
  readonly step: PointwiseStep;
  readonly operands: readonly Operand[];
}

export interface GroupResult {
  readonly of: Operand;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly order: AxisOrder;
  /** How elements that meet are combined; `undefined`: none do. */
  readonly reduced: "sum" | "max" | undefined;
}

export interface Group {
  /** The loop's extents, in the order of `order`'s axes. */
  readonly shape: readonly number[];
  readonly order: AxisOrder;
  readonly leaves: readonly Leaf[];
  /** Each reads leaves and nodes before it. */
  readonly nodes: readonly GroupNode[];
  readonly results: readonly GroupResult[];
}
