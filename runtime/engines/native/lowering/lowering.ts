/** What a lowering is: one primitive as nodes of an ONNX graph. */
import type {
  PrimitiveAttributes,
  PrimitiveName,
} from "../../../../compiler/tensors/primitives/attributes.ts";
import type { TensorType } from "../../../../compiler/tensors/value.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";

/**
 * A value of the program as the graph has it. Its element type may be another than the program's (int64 and bool for int32), and
 * its shape may be one that is repeated to the program's: operators of ONNX repeat their operands themselves.
 */
export interface Lowered {
  readonly value: OnnxValue;
  /** The program's. */
  readonly type: TensorType;
  /** The number that all its elements are, where the program says it. */
  readonly uniform?: number | undefined;
  /** It is 1 where this value is above 0, and 0 elsewhere. */
  readonly positive?: OnnxValue | undefined;
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

/** A result that is there but for its type; `undefined` for one that nothing reads. */
export type LoweredResult = Omit<Lowered, "type"> | undefined;

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
