/** What a lowering is: one primitive as nodes of an ONNX graph. */
import type { PrimitiveAttributes, PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { TensorType } from "../../../compiler/tensors/value.ts";
import type { BlockedMap } from "./blocked-map.ts";
import type { OnnxGraph, OnnxValue } from "./onnx-graph.ts";
import type { WeightOrder } from "./weight-order.ts";

/** What a value of the program is in the graph. */
export interface LoweredParts {
  /**
   * Its element type may be another than the program's (int64 and bool for int32), and its shape may be one that is repeated to the
   * program's: operators of ONNX repeat their operands themselves. A function: made when something first reads it.
   */
  readonly value: OnnxValue | (() => OnnxValue);
  /** The number that all its elements are, where the program says it. */
  readonly uniform?: number | undefined;
  /** It is 1 where this value is above 0, and 0 elsewhere. */
  readonly positive?: Lowered | undefined;
  /** The same values in blocked order. */
  readonly blocked?: BlockedMap | undefined;
  /** It is the mean of a map over batch and positions; and that map less its mean. */
  readonly meanOf?: { readonly map: BlockedMap; readonly centred: BlockedMap } | undefined;
  /** These are the indices of the maxima of equal windows side by side in a map. */
  readonly maximaOf?: Maxima | undefined;
  /** A weight, or its gradient, in the order it is stored in. */
  readonly stored?: { readonly order: WeightOrder; readonly value: OnnxValue } | undefined;
}

export interface Maxima {
  readonly map: BlockedMap;
  readonly maxima: BlockedMap;
  readonly kernel: readonly [height: number, width: number];
}

export class Lowered {
  readonly parts: LoweredParts;
  /** The program's. */
  readonly type: TensorType;
  #value: OnnxValue | undefined;

  constructor(type: TensorType, parts: LoweredParts) {
    this.type = type;
    this.parts = parts;
  }

  get value(): OnnxValue {
    const { value } = this.parts;
    this.#value ??= typeof value === "function" ? value() : value;
    return this.#value;
  }

  get uniform(): number | undefined {
    return this.parts.uniform;
  }
}

export interface LoweringCall<P extends PrimitiveName> {
  readonly graph: OnnxGraph;
  readonly attributes: PrimitiveAttributes[P];
  readonly operands: readonly Lowered[];
  /** Their types in the program. */
  readonly results: readonly TensorType[];
  /** Whether anything reads each result. */
  readonly read: readonly boolean[];
}

/** `undefined` for a result that nothing reads. */
export type LoweredResult = LoweredParts | undefined;

export type Lowering<P extends PrimitiveName> = (call: LoweringCall<P>) => readonly LoweredResult[];

export type LoweringTable = { readonly [P in PrimitiveName]: Lowering<P> };

/** The operand with the program's shape and element type. */
export function full(
  { graph, operands }: Pick<LoweringCall<PrimitiveName>, "graph" | "operands">,
  place: number,
): OnnxValue {
  const { value, type } = operandAt(operands, place);
  return graph.expand(graph.cast(value, type.type), type.shape);
}

/** The operand with the program's shape, of whatever element type it has. */
export function shaped(
  { graph, operands }: Pick<LoweringCall<PrimitiveName>, "graph" | "operands">,
  place: number,
): OnnxValue {
  const { value, type } = operandAt(operands, place);
  return graph.expand(value, type.shape);
}

export function operandAt(operands: readonly Lowered[], place: number): Lowered {
  const operand = operands[place];
  if (operand === undefined) throw new Error(`operand ${place} is missing`);
  return operand;
}

/** Of one result. */
export function one(value: OnnxValue): readonly LoweredResult[] {
  return [{ value }];
}

export function resultAt(results: readonly TensorType[], place = 0): TensorType {
  const type = results[place];
  if (type === undefined) throw new Error(`result ${place} is missing`);
  return type;
}
