/**
 * What an operation of the graph is: everything that the rest of the compiler, a view, a target or an engine may ask of it, in
 * one record per operation.
 *
 * Attributes are complete: padding is numbers, strides are pairs, defaults are filled. Feature maps are [channels, height,
 * width].
 */
import type { Axis, PerAxis } from "../axis.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import type { Rational } from "../geometry/rational.ts";
import type { SparseMatrix } from "../geometry/sparse-matrix.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import type { AxisPositions, Reads } from "./reads.ts";
import type { Inputs } from "./roles.ts";
import type { Said } from "./said.ts";
import type { Schema } from "./schema.ts";
import type { WeightSpecification } from "./weights.ts";
import type { Dilated, Windowed } from "./windowed.ts";

/** What an operation is to whoever draws it, folds it or judges it. */
export type Kind =
  | "input"
  | "convolution"
  | "transposed convolution"
  | "dense"
  /** The maximum, the mean or the channels of a window become one position. */
  | "pool"
  /** More positions from fewer, or other ones, without weights. */
  | "resampling"
  | "normalisation"
  | "activation"
  | "dropout"
  | "join"
  /** Positions that are computed from all positions of other feature maps. */
  | "attention"
  /** The channels of a position are exchanged, or become one. */
  | "channel mixing"
  | "crop"
  | "pad"
  | "random field";

export interface Operation<A> {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly kind: Kind;
  readonly inputs: Inputs;
  /** How each attribute is written and read back, in the order in which they are printed. */
  readonly schema: Schema<A>;
  readonly traits: Traits;
  /** As figures of the literature write it: "BN", "leaky ReLU", "dropout 0.5". */
  readonly label: (attributes: A) => string;
  /** The call of the language that makes it; `…` stands for a feature map. */
  readonly say: (attributes: A) => Said;

  /** Output channels, from those of the inputs. */
  readonly channels: (attributes: A, inputs: readonly number[]) => number | Refusal;
  /**
   * Output size along one axis (0: height, 1: width). Sizes at which the operation has no result are `undefined` there.
   * Refused: a size whose table would be too long or whose values too large to be exact.
   * The inputs' sizes must depend on one symbol (`sameSymbol`); throws otherwise, as that is for the caller to diagnose.
   */
  readonly size: (attributes: A, inputs: readonly SizeFunction[], axis: 0 | 1) => SizeFunction | Refusal;
  /**
   * Geometry along one axis. `sizes` are the inputs' sizes, for rules that depend on them; restricted to the sizes
   * the whole network accepts, more of them turn out exact.
   */
  readonly geometry: (
    attributes: A,
    inputs: readonly AxisGeometry[],
    axis: 0 | 1,
    sizes: readonly SizeFunction[],
  ) => AxisGeometry;
  readonly scale: (attributes: A) => Scale;
  /** For each input, in order: which of its positions a position of the result reads, along one axis and at one size. */
  readonly reads: (attributes: A, positions: AxisPositions) => readonly Reads[];
  /**
   * Of an operation that is one linear map along each axis: its matrix there, at one size. It gives the values, what is read, and
   * by its transpose the gradient. `undefined`: with these attributes it is none.
   */
  readonly matrix?: (attributes: A, positions: AxisPositions) => SparseMatrix | undefined;
  /** Where the grid of the first input goes at one size, of an operation that places positions by the size. */
  readonly gridAt?: (attributes: A, positions: AxisPositions) => GridMove;
  /** The input whose grid the result has, where that is not the first which has one. */
  readonly gridOf?: number;

  /** The weights it owns, in a fixed order. `sizes` are the inputs' sizes, for a layer that is connected to every position. */
  readonly weights: (
    attributes: A,
    inputs: readonly number[],
    sizes: PerAxis<readonly SizeFunction[]>,
  ) => readonly WeightSpecification[];
  /**
   * MACs for one image at a concrete size: convolutions and matrix products only, as papers count
   * (a transposed convolution counts its input positions).
   */
  readonly multiplyAdds: (attributes: A, inputs: readonly MapShape[], output: MapShape) => number;

  /** Of an operation with a window of fixed size that slides over the feature map. */
  readonly windowed?: Windowed<A>;
  /** How it changes in a section with `dilated to`; left out: it cannot be dilated, unless it is pointwise. */
  readonly dilated?: Dilated<A>;
  /** With other attributes of the same kind, positions that do not depend on the input's size; `undefined`: they do not now. */
  readonly realigned?: (attributes: A) => A | undefined;
  /** Of a crop to another feature map: positions cropped before the first, where that is one number for all sizes. */
  readonly offset?: (attributes: A) => PerAxis<number | undefined>;
  /** Of the same: that number at one size, along one axis. Not whole or negative: there is no such crop. */
  readonly offsetAt?: (attributes: A, positions: AxisPositions) => number;
  /** Channels keep their meaning: positions are chosen, repeated or averaged. */
  readonly keepsColours?: true;
  /** What a join does with its inputs. */
  readonly joins?: "stacks" | "adds" | "subtracts" | "multiplies" | "compares";
  /** It repeats an input of a single position over the positions of the others (`broadcasting.ts`), and one channel over many. */
  readonly broadcasts?: true;
  /** Its values are probabilities: of classes that exclude each other, or of each channel by itself. */
  readonly probabilities?: "of classes" | "of each channel";
  /**
   * What it does to the second moment of its values: a rectifier about halves it (He et al. 2015, section 2.2); others pass it on;
   * the rest have weights of their own or bound the values.
   */
  readonly moment: "halves" | "passes" | "ends";
  /**
   * Of an operation that normalises: what each mean and variance is computed over in a training step. `undefined`: it computes
   * none, as where it is frozen.
   */
  readonly statistics?: (attributes: A, input: MapShape) => Statistics | undefined;
}

/** Positions of the result and of the input: input positions from one position of the result to the next. */
export type Scale =
  | PerAxis<Rational>
  /** The resolution of the input at that place. */
  | { readonly of: number }
  /** So many positions for the whole input, whatever its size. */
  | "whole";

/** Output position o is centred at scale·o + shift, in positions of the input. */
export interface GridMove {
  readonly scale: Rational;
  readonly shift: Rational;
}

export interface Statistics {
  /** Values of one image behind each mean and variance. */
  readonly values: number;
  /** Whether those of all images of the batch are taken together. */
  readonly acrossBatch: boolean;
  /** Whether those of several channels are taken together. */
  readonly acrossChannels: boolean;
}

export interface Traits {
  /** Output position i depends on input position i alone. */
  readonly pointwise: boolean;
  /** Behaves differently in training (dropout, batch normalisation). */
  readonly training: boolean;
}

/** [channels, height, width]. */
export type MapShape = readonly [channels: number, height: number, width: number];

export type { Initialisation, InputDimension, Margins } from "./attribute-values.ts";
export type { Kernel, WeightInitialisation, WeightSpecification } from "./weights.ts";
export type { Axis, PerAxis };
