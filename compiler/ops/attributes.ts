/** The attributes of every operation of the graph, by its name. */
import type { PerAxis } from "../axis.ts";
import type { ActivationAttributes } from "./activations/registry.ts";
import type { Initialisation, InputDimension, Margins } from "./attribute-values.ts";

export interface ConvolutionAttributes {
  readonly channels: number;
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
  readonly groups: number;
  /** Zeros around the input. */
  readonly padding: PerAxis<Margins>;
  readonly bias: boolean;
  readonly init: Initialisation;
  readonly frozen: boolean;
}

export interface TransposedConvolutionAttributes {
  readonly channels: number;
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly groups: number;
  /** Positions cropped from the output: size = stride·(n − 1) + kernel − before − after. */
  readonly padding: PerAxis<Margins>;
  readonly bias: boolean;
  readonly init: Initialisation;
  readonly frozen: boolean;
}

export interface PoolAttributes {
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  /** Positions of the feature map from one element of a window to the next. */
  readonly dilation: PerAxis<number>;
  /** Positions that never win a maximum and do not count in an average. */
  readonly padding: PerAxis<Margins>;
  /** Ceil mode with Caffe's rule: a last window that would start in the padding after the feature map is dropped. */
  readonly ceil: boolean;
}

/** Of a normalisation that looks at one image at a time, and is the same in training and prediction. */
export interface ImageNormalisationAttributes {
  readonly epsilon: number;
  readonly scale: boolean;
  readonly shift: boolean;
  readonly frozen: boolean;
}

/** Of a fully connected conditional random field (Krähenbühl & Koltun 2011, equation 3; Zheng et al. 2015). */
export interface CrfAttributes {
  /** Of mean-field inference. */
  readonly iterations: number;
  /**
   * Height and width, odd, of the window around a position that it receives messages from, or all positions of the feature map.
   */
  readonly window: PerAxis<number> | "all";
  /** The weights of both kernels before training, the same for every class. */
  readonly appearanceWeight: number;
  readonly smoothnessWeight: number;
  /** Standard deviations, in positions of the feature map. */
  readonly appearancePosition: number;
  readonly smoothnessPosition: number;
  /** Standard deviation in each channel of the guide, in 1/255 of its values before normalisation: grey levels of 255. */
  readonly appearanceColour: number;
  readonly frozen: boolean;
}

export interface Attributes extends ActivationAttributes {
  readonly input: {
    readonly name: string;
    readonly channels: number;
    readonly size: PerAxis<InputDimension>;
  };
  readonly conv: ConvolutionAttributes;
  readonly transposed_conv: TransposedConvolutionAttributes;
  /** The input's size, which is constant, says how many weights there are. */
  readonly dense: {
    readonly channels: number;
    readonly bias: boolean;
    readonly init: Initialisation;
    readonly frozen: boolean;
  };
  /** The first maximum in row order wins a tie. */
  readonly maxpool: PoolAttributes;
  readonly avgpool: PoolAttributes;
  /** Bin i of b over n positions: from ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉ (PyTorch's rule; bins overlap where b does not divide n). */
  readonly adaptive_pool: { readonly kind: "max" | "average"; readonly bins: PerAxis<number> };
  /** One position per channel: [channels, 1, 1]. */
  readonly global_pool: { readonly kind: "max" | "average" };
  /**
   * inputs: the values, the maxpool whose maxima say where they go, the feature map that went into that maxpool.
   * The size is that of the third input; values at one position add. The attributes are the pool's own, so that rules
   * which see sizes and grids only know its windows.
   */
  readonly unpool: PoolAttributes;
  /** Each value at the top left of a factor-sized window of zeros. */
  readonly bed_of_nails: { readonly factor: PerAxis<number> };
  /** Bilinear: half-pixel centres with replicated edges, or aligned corners. Nearest: position ⌊o / factor⌋. */
  readonly resize: {
    readonly mode: "nearest" | "bilinear";
    readonly factor: PerAxis<number>;
    readonly alignCorners: boolean;
  };
  /**
   * inputs: the feature map, the feature map whose height and width it takes. Area: the means of as many bins as that has
   * positions, as of `adaptive_pool`; its corners are not aligned.
   */
  readonly resize_to: { readonly mode: "nearest" | "bilinear" | "area"; readonly alignCorners: boolean };
  /**
   * Channel c·fy·fx + i·fx + j of position (y, x) becomes channel c of position (y·fy + i, x·fx + j) (Shi et al. 2016, eq. 4, in
   * PyTorch's order of channels).
   */
  readonly pixel_shuffle: { readonly factor: PerAxis<number> };
  /** The inverse; height and width must be multiples of the factor. */
  readonly pixel_unshuffle: { readonly factor: PerAxis<number> };
  readonly batchnorm: {
    readonly momentum: number;
    readonly epsilon: number;
    readonly scale: boolean;
    readonly shift: boolean;
    readonly frozen: boolean;
  };
  readonly instancenorm: ImageNormalisationAttributes;
  readonly groupnorm: { readonly groups: number } & ImageNormalisationAttributes;
  /** Over the channels of each position. */
  readonly layernorm: ImageNormalisationAttributes;
  /**
   * x / (k + alpha/size · Σ x² over the `size` channels around each)^beta; channels past the first and last count as 0
   * (Caffe's form of Krizhevsky, Sutskever & Hinton 2012, section 3.3, whose α is alpha/size).
   */
  readonly lrn: {
    readonly size: number;
    readonly alpha: number;
    readonly beta: number;
    readonly k: number;
  };
  /** One learned slope per channel; `shared`: one for all. */
  readonly prelu: { readonly init: number; readonly shared: boolean };
  /** One learned factor per channel; `shared`: one for all. */
  readonly layer_scale: { readonly init: number; readonly shared: boolean };
  /** Over the channels. */
  readonly softmax: Record<never, never>;
  /** Over the positions of each channel. */
  readonly spatial_softmax: Record<never, never>;
  /** Over the channels of each position: [1, height, width]. Equal maxima share the gradient. */
  readonly channel_pool: { readonly kind: "max" | "average" };
  /** Channel i of group g, of n channels a group, becomes channel i · groups + g. */
  readonly channel_shuffle: { readonly groups: number };
  /**
   * inputs: queries, keys, values. Channels are in `heads` groups of equal size, in order; of each group, position i of the result is
   * Σⱼ softmaxⱼ(queryᵢ · keyⱼ) valueⱼ over all positions j of keys and values.
   */
  readonly attend: { readonly heads: number };
  /**
   * inputs: values, weights of K channels. The result has `positions`, K × 1: position k is the sum over all positions of the values
   * times channel k of the weights; `mean`: divided by the number of positions.
   */
  readonly gather: { readonly positions: PerAxis<number>; readonly mean: boolean };
  /** inputs: weights of K channels, values of `positions`, K × 1. At each position the sum of value k times channel k of the weights. */
  readonly distribute: { readonly positions: PerAxis<number> };
  /** What is dropped at once: single values, channels, or all of an image. What is kept is divided by 1 − rate in training. */
  readonly dropout: { readonly rate: number; readonly drops: "values" | "channels" | "images" };
  /** inputs: scores of classes, the guide (ir/guide-input.ts). */
  readonly crf: CrfAttributes;
  readonly concat: Record<never, never>;
  readonly add: Record<never, never>;
  readonly subtract: Record<never, never>;
  readonly multiply: Record<never, never>;
  readonly maximum: Record<never, never>;
  readonly minimum: Record<never, never>;
  /** inputs: the feature map to crop, the feature map whose height and width it gets. */
  readonly crop_to: {
    readonly rule: "centred" | "aligned";
    /**
     * Positions cropped before the first, where that is one number for all accepted sizes; `undefined`: half the difference of
     * the sizes.
     */
    readonly offset: PerAxis<number | undefined>;
  };
  readonly crop: { readonly margins: PerAxis<Margins> };
  readonly pad: {
    readonly margins: PerAxis<Margins>;
    readonly mode: "zeros" | "constant" | "reflect" | "edge";
    /** Of the positions added by `constant`; else 0. */
    readonly value: number;
  };
}

export type OperationName = keyof Attributes;
