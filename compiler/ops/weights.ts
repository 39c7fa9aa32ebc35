/** The weights that an operation owns: shape, initial values, and how a kernel connects channels. */
import type { Initialisation } from "./attribute-values.ts";

/** How a weight begins; some begin as no argument can say. */
export type WeightInitialisation =
  | Initialisation
  /** [classes, classes]: 1 where they differ, 0 where they are the same (the Potts model). */
  | { readonly kind: "potts" };

export interface WeightSpecification {
  /** "weight", "bias", "scale", "shift", "slope", "factor", "running_mean", "running_variance", "appearance", "smoothness", "compatibility". */
  readonly name: string;
  /**
   * conv weight: [output channels, input channels / groups, kernel height, kernel width];
   * dense weight: [output channels, input channels, feature map height, feature map width];
   * transposed_conv weight: [input channels, output channels / groups, kernel height, kernel width];
   * crf compatibility: [the class scored, the class whose message is received]; the others [channels].
   */
  readonly shape: readonly number[];
  readonly initialisation: WeightInitialisation;
  /** `false`: never changed by the optimiser (frozen, or a running statistic). */
  readonly trainable: boolean;
  /** `false`: a running statistic, which parameter counts leave out. */
  readonly counted: boolean;
  /** The least value that it can have; left out: any. */
  readonly least?: number;
  /** Of a kernel, which connects channels with channels. */
  readonly kernel?: Kernel;
}

/** How a kernel of weights connects a feature map with the next. */
export interface Kernel {
  /** The connections of one position and channel of the result (in), and of one of the input (out), as initialisations count them. */
  readonly fan: { readonly in: number; readonly out: number };
  readonly groups: number;
  /** Channels of the result in one group. */
  readonly outputs: number;
  /** Whether it is that of a transposed convolution, whose first axis is the input's channels. */
  readonly transposed: boolean;
}
