/** What a primitive's row in the table is given, and what it says: kernels to run, and how their results are stored. */
import type {
  PrimitiveAttributes,
  PrimitiveName,
} from "../../../../compiler/tensors/primitives/attributes.ts";
import type { TensorType } from "../../../../compiler/tensors/value.ts";
import type { AxisOrder } from "../axis-order.ts";
import type { Windows } from "../kernels/windows.ts";
import type { Tensor, TensorFlow } from "../types.ts";

/** What an int32 value says: pooling indices, as kernels of windows give and take them; else plain numbers. */
export type Places = Windows | undefined;

export interface Stored extends TensorType {
  readonly order: AxisOrder;
  readonly places: Places;
}

export interface KernelCall<P extends PrimitiveName> {
  readonly tf: TensorFlow;
  /** TensorFlow.js's name for it. */
  readonly backend: string;
  readonly attributes: PrimitiveAttributes[P];
  /** As they are stored now. */
  readonly operands: readonly Stored[];
  readonly results: readonly TensorType[];
  /** Whether anything reads each result. */
  readonly read: readonly boolean[];
  /** Asks for an operand in an order, of plain numbers; the kernels are then given it so. @returns it */
  readonly take: (operand: number, order: AxisOrder) => Stored;
  /** Asks for an operand as it is stored. */
  readonly asStored: (operand: number) => Stored;
}

/** What grows with the batch up to a bound. */
export interface Bounded {
  readonly bytes: number;
  readonly most: number;
}

export interface Kernels {
  /** How each result is stored; the last ones may be left out where nothing reads them. */
  readonly results: readonly (Pick<Stored, "order"> & { readonly places?: Places })[];
  /**
   * Runs them, within a scope.
   * @param operands those that were asked for, in the order of asking, of their stored shapes
   */
  readonly run: (operands: readonly Tensor[]) => readonly Tensor[];
  /** Bytes beside operands and results: while they run; and as long as an operand is there, by its place. */
  readonly workspace?: {
    readonly passing: number;
    readonly bounded?: Bounded;
    readonly attached?: { readonly operand: number; readonly bytes: number };
  };
}

export type PrimitiveKernels<P extends PrimitiveName> = (call: KernelCall<P>) => Kernels;
