/**
 * What an operation of the graph is: channels, sizes, geometry, weights and cost, in one place per operation.
 *
 * Attributes are complete: padding is numbers, strides are pairs, defaults are filled. Feature maps are [channels, height,
 * width].
 */
import type { Axis, PerAxis } from "../axis.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import type { SizeFunction } from "../sizes/size-function.ts";

export interface Operation<A> {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly traits: Traits;
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
  /**
   * Of an operation that normalises: what each mean and variance is computed over in a training step. `undefined`: it computes
   * none, as where it is frozen.
   */
  readonly statistics?: (attributes: A, input: MapShape) => Statistics | undefined;
}

export interface Statistics {
  /** Values of one image behind each mean and variance. */
  readonly values: number;
  /** Whether those of all images of the batch are taken together. */
  readonly acrossBatch: boolean;
}

export interface Traits {
  /** Output position i depends on input position i alone. */
  readonly pointwise: boolean;
  /** Behaves differently in training (dropout, batch normalisation). */
  readonly training: boolean;
}

/** [channels, height, width]. */
export type MapShape = readonly [channels: number, height: number, width: number];

/** Positions added (or cropped) before the first and after the last position of an axis. */
export interface Margins {
  readonly before: number;
  readonly after: number;
}

export type Initialisation =
  /** Normal with variance 2 / fan-in (He et al. 2015, eq. 10). */
  | { readonly kind: "he" }
  /** Uniform with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010, eq. 16). */
  | { readonly kind: "xavier" }
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "constant"; readonly value: number }
  /** Channel c to channel c, the separable triangle of bilinear interpolation (Long, Shelhamer & Darrell 2015, section 3.3). */
  | { readonly kind: "bilinear" }
  /**
   * One at the kernel's centre, from channel c to channel c (Yu & Koltun 2016, eq. 4). With `maps` = C the channels on both sides
   * are shared out among C maps, n in and m out for each, and every centre within a map is C / output channels = 1 / m (eq. 5):
   * the sum over a map's channels is kept. Every other weight is drawn from a normal with that deviation.
   */
  | { readonly kind: "identity"; readonly maps: number | undefined; readonly deviation: number };

/** How a weight begins; some begin as no argument can say. */
export type WeightInitialisation =
  | Initialisation
  /** [classes, classes]: 1 where they differ, 0 where they are the same (the Potts model). */
  | { readonly kind: "potts" };

export interface WeightSpecification {
  /** "weight", "bias", "scale", "shift", "slope", "running_mean", "running_variance", "appearance", "smoothness", "compatibility". */
  readonly name: string;
  /**
   * conv weight: [output channels, input channels / groups, kernel height, kernel width];
   * dense weight: [output channels, input channels, feature map height, feature map width];
   * transposed_conv weight: [input channels, output channels / groups, kernel height, kernel width];
   * crf compatibility: [the class scored, the class heard]; the others [channels].
   */
  readonly shape: readonly number[];
  readonly initialisation: WeightInitialisation;
  /** `false`: never changed by the optimiser (frozen, or a running statistic). */
  readonly trainable: boolean;
  /** `false`: a running statistic, which parameter counts leave out. */
  readonly counted: boolean;
}

/** Size symbols of one axis of an input: scale·symbol + shift; a constant when `symbol` is undefined. */
export interface InputDimension {
  readonly symbol: string | undefined;
  readonly scale: number;
  readonly shift: number;
}

export type { Axis, PerAxis };
