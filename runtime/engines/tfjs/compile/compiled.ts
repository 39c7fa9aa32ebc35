/** A program as a list of kernel calls over numbered tensors, each freed after its last reader. */
import type { Feed, Program, StepOrigin } from "../../../../compiler/tensors/program.ts";
import type { ElementType } from "../../../../compiler/tensors/value.ts";
import type { MapBatch } from "../../../arrays.ts";
import type { FeedValues } from "../../feeds/program-feeds.ts";
import type { AxisOrder } from "../axis-order.ts";
import type { Bounded } from "../primitives/kernel-call.ts";
import type { Tensor } from "../types.ts";

/** A tensor as an action takes it. */
export interface Reading {
  readonly slot: number;
  /** The shape of the tensor. */
  readonly shape: readonly number[];
}

export interface Action {
  readonly reads: readonly Reading[];
  readonly writes: readonly Writing[];
  readonly work: Work;
  /** Slots that nothing reads after it, the state's and those of results among them. */
  readonly last: readonly number[];
  readonly origin: StepOrigin | undefined;
  readonly workspace: Workspace;
}

export type Work =
  /** Within a scope of TensorFlow.js; operands are of their shapes. */
  | { readonly kind: "kernels"; readonly run: (operands: readonly Tensor[]) => readonly Tensor[] }
  /** Operands are in row order. */
  | {
      readonly kind: "host";
      readonly run: (arrays: readonly Numbers[]) => readonly Numbers[];
    }
  /** A feed as it is stored. `gradient`: it may be one that the executor holds. */
  | {
      readonly kind: "feed";
      readonly feed: Feed;
      readonly gradient: boolean;
      readonly arrange: (values: FeedValues | MapBatch) => Numbers;
    }
  | { readonly kind: "constant"; readonly values: Numbers };

export type Numbers = Float32Array | Int32Array;

/** Bytes that kernels take beside operands and results. */
export interface Workspace {
  /** While they run. */
  readonly passing: number;
  readonly bounded?: Bounded | undefined;
  /** From then on, as long as the tensor in the slot is there. */
  readonly attached?: { readonly slot: number; readonly bytes: number } | undefined;
}

export interface Writing {
  readonly slot: number;
  readonly type: ElementType;
  /** The shape of the tensor. */
  readonly shape: readonly number[];
}

/** Where a value is, and how it is stored. */
export interface Found extends Reading {
  readonly order: AxisOrder;
}

export interface FoundOutput extends Found {
  /** The gradient of a weight: the executor holds it. */
  readonly held: boolean;
}

export interface Compiled {
  readonly program: Program;
  readonly slots: number;
  /** Run once, and kept. */
  readonly constants: readonly Action[];
  readonly actions: readonly Action[];
  /** The state that a run reads: its slots. */
  readonly state: ReadonlyMap<string, Found>;
  /** By the program's list. */
  readonly outputs: readonly FoundOutput[];
  readonly updates: readonly Found[];
}
