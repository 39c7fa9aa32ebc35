/**
 * A word of the language that is called on the current feature map (`conv`, `upsample`), and what it lowers to.
 *
 * Words and operations are not one to one: `upsample(2, learned)` is a transposed convolution, `unpool(nearest, 2)` a
 * resize. Elaboration binds and checks the arguments against `parameters`; `lower` only translates.
 */
import type { PerAxis } from "../axis.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import type { Initialisation } from "./operation.ts";

export type ParameterType =
  /** A whole number ≥ least; a list of class names counts as its length. */
  | { readonly kind: "count"; readonly least: number; readonly most?: number }
  /** `3x3`, or one whole number for both axes; bound to [height, width]. */
  | { readonly kind: "extent"; readonly least: number }
  /** `above` and `below` are themselves excluded. `wanted` describes it, where its bounds do not. */
  | {
      readonly kind: "number";
      readonly least?: number;
      readonly most?: number;
      readonly above?: number;
      readonly below?: number;
      readonly wanted?: string;
    }
  /** One of some bare words. */
  | { readonly kind: "choice"; readonly words: readonly string[] }
  /** A flag, written as a bare word (`frozen`), or `frozen = true`. */
  | { readonly kind: "flag" }
  /** A feature map by its name. */
  | { readonly kind: "map" }
  /** `he`, `xavier`, `zeros`, `ones`, `bilinear`, `identity`, `identity(21, 0.001)`, `normal(0.01)`, `constant(1)`. */
  | { readonly kind: "initialisation" }
  /** A string, such as the example. */
  | { readonly kind: "text"; readonly example: string }
  /** `0.8 .. 1.25`: two numbers above a bound, the second not less than the first; bound to both. */
  | { readonly kind: "range"; readonly above: number; readonly most?: number }
  /** A list of whole numbers ≥ least in ascending order. */
  | { readonly kind: "counts"; readonly least: number }
  /** A list with a number ≥ 0 for each class, in their order or by their names; in a train section, which knows the classes. */
  | { readonly kind: "class_weights" }
  | { readonly kind: "either"; readonly types: readonly ParameterType[]; readonly wanted?: string };

export interface ParameterSpecification {
  readonly name: string;
  readonly type: ParameterType;
  readonly summary: string;
  /**
   * It may be given without its name: a bare word goes to the flag or choice that knows it, anything else to the next such
   * parameter that takes its kind.
   */
  readonly positional: boolean;
  /** `false`: when left out, `lower` finds it absent and decides. */
  readonly required: boolean;
  /** For the documentation: what holds when it is left out. */
  readonly default: string | undefined;
}

export type BoundValue =
  | { readonly kind: "count"; readonly value: number }
  | { readonly kind: "extent"; readonly value: PerAxis<number> }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "choice"; readonly value: string }
  | { readonly kind: "flag"; readonly value: boolean }
  | { readonly kind: "map"; readonly value: MapFacts }
  | { readonly kind: "initialisation"; readonly value: Initialisation }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "range"; readonly value: readonly [least: number, most: number] }
  | { readonly kind: "counts"; readonly value: readonly number[] }
  | { readonly kind: "class_weights"; readonly value: readonly number[] };

/** What a word may know of a feature map. */
export interface MapFacts {
  /** Its node in the graph. */
  readonly node: number;
  readonly operation: OperationName;
  readonly attributes: Attributes[OperationName];
  /** The nodes it is made from, in their order. */
  readonly inputs: readonly number[];
  readonly channels: number;
  /** How the source calls it, for messages; "the current map" if it has no name. */
  readonly called: string;
}

export interface Call {
  readonly current: MapFacts;
  readonly arguments: ReadonlyMap<string, BoundValue>;
}

/** A node to make. `inputs` are node numbers. */
export type Lowered = {
  [O in OperationName]: {
    readonly operation: O;
    readonly attributes: Attributes[O];
    readonly inputs: readonly number[];
  };
}[OperationName];

export interface Word {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly parameters: readonly ParameterSpecification[];
  /** Nodes to append in order; the input number −1 means the node before it in this list. Empty: the feature map is passed on. */
  readonly lower: (call: Call) => readonly Lowered[] | Refusal;
}
