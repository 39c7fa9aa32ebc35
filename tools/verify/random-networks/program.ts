/** A small program of the language as data: what the generator makes, the writer spells, and, unrolled, the executor runs. */

/** One number per axis: [y, x]. */
export type Extent = readonly [y: number, x: number];

/** `same`, `valid`, so many positions on both sides of each axis, or on each side. */
export type WindowPadding = "same" | "valid" | Extent | Sides;

export interface Sides {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A number of channels: so many, or a multiple of those of the current feature map, of a named one, or of a block's parameter. */
export type Channels =
  | number
  | { readonly times: number; readonly of: "current" }
  | { readonly times: number; readonly of: "map" | "parameter"; readonly name: string };

export type Mode = "nearest" | "bilinear";

/** A word called on the current feature map. */
export type Call =
  | {
      readonly word: "conv";
      readonly channels: Channels;
      readonly kernel: Extent;
      readonly stride: Extent;
      readonly dilation: Extent;
      readonly padding: WindowPadding;
      readonly groups: Channels;
    }
  | {
      readonly word: "transposed_conv";
      readonly channels: number;
      readonly kernel: Extent;
      readonly stride: Extent;
      readonly padding: WindowPadding;
      readonly outputPadding: Extent;
      readonly groups: number;
    }
  | {
      readonly word: "learned";
      readonly factor: Extent;
      readonly kernel: Extent | undefined;
      readonly channels: number | undefined;
    }
  | {
      readonly word: "resample";
      readonly mode: Mode;
      readonly factor: Extent;
      readonly alignCorners: boolean;
    }
  | {
      readonly word: "resample_to";
      readonly spelt: "upsample" | "downsample";
      /** `area` of `downsample` only. */
      readonly mode: "area" | Mode;
      readonly map: string;
      readonly alignCorners: boolean;
    }
  | { readonly word: "downsample"; readonly mode: "area" | Mode; readonly factor: Extent }
  | {
      readonly word: "pool";
      readonly kind: "maxpool" | "avgpool";
      readonly kernel: Extent;
      readonly stride: Extent | undefined;
      readonly dilation: Extent;
      readonly padding: WindowPadding;
      readonly ceil: boolean;
      /** Positions of the padding count as zeros; of a mean only. */
      readonly countPadding: boolean;
    }
  | { readonly word: "global_pool"; readonly kind: "maxpool" | "avgpool" }
  /** A pool to so many positions, whatever the size. */
  | { readonly word: "bins"; readonly kind: "maxpool" | "avgpool"; readonly bins: Extent }
  /** A pool over the channels of each position. */
  | { readonly word: "over_channels"; readonly kind: "maxpool" | "avgpool" }
  | { readonly word: "dense"; readonly channels: number }
  | { readonly word: "pixel_shuffle" | "pixel_unshuffle"; readonly factor: Extent }
  | { readonly word: "channel_shuffle"; readonly groups: number }
  /** What sees all positions of a channel, or of one of so many groups of them, and moves none: "groupnorm(2)". */
  | { readonly word: "over_space"; readonly text: string; readonly groups: number }
  | { readonly word: "attend"; readonly key: string; readonly value: string; readonly heads: number }
  | { readonly word: "gather"; readonly regions: string; readonly mean: boolean }
  | { readonly word: "distribute"; readonly gathered: string }
  | {
      readonly word: "crf";
      readonly guide: string;
      readonly window: Extent | "all";
      readonly iterations: number;
    }
  | { readonly word: "unpool"; readonly pool: string }
  | { readonly word: "unpool_nearest" | "bed_of_nails"; readonly factor: Extent }
  | { readonly word: "crop"; readonly sides: Sides }
  | {
      readonly word: "pad";
      readonly sides: Sides;
      readonly mode: "zeros" | "constant" | "reflect" | "edge";
    }
  /** What changes no position; `text` has its arguments, "affine(0.5)". */
  | { readonly word: "cellwise"; readonly text: string };

export type Join = "add" | "subtract" | "multiply" | "maximum" | "minimum" | "concat";
export type CropRule = "centred" | "aligned";
export type OutputActivation = "softmax" | "sigmoid" | undefined;

/** What is run. Names of a family have their indices: "level[2]", "node[0,1]". */
export type Statement =
  | { readonly kind: "call"; readonly call: Call; readonly as: string | undefined }
  | {
      readonly kind: "skip";
      /** The feature maps that join the current one, which comes first. */
      readonly maps: readonly string[];
      readonly join: Join;
      readonly crop: "none" | CropRule;
      /** Applied to each of them before it joins; one that is applied to several has no joins. */
      readonly path: readonly Statement[];
      readonly as: string | undefined;
    }
  | {
      readonly kind: "fork";
      readonly join: Join;
      readonly paths: readonly (readonly Statement[])[];
      readonly as: string | undefined;
    }
  | {
      readonly kind: "crop_to";
      readonly map: string;
      readonly rule: CropRule;
      readonly as: string | undefined;
    }
  | { readonly kind: "from"; readonly map: string }
  | { readonly kind: "input"; readonly input: Input }
  | { readonly kind: "output"; readonly name: string; readonly activation: OutputActivation }
  /** `let name = current`: the current feature map under a name. */
  | { readonly kind: "bind"; readonly name: string };

/** What is written: statements whose names and channels may depend on loops and parameters, and what makes several of one. */
export type Written =
  | Statement
  | { readonly kind: "side"; readonly side: "encoder" | "decoder"; readonly body: readonly Written[] }
  | {
      /** `for variable in from ..< to`, or that reversed; `to` may depend on outer loops: "3 - j". */
      readonly kind: "for";
      readonly variable: string;
      readonly from: number;
      readonly to: string;
      readonly reversed: boolean;
      readonly body: readonly Written[];
    }
  | {
      readonly kind: "apply";
      readonly block: Block;
      /** The value of its parameter `c`, if it has one; it may depend on loops. */
      readonly argument: string | undefined;
      readonly as: string | undefined;
    };

export interface Block {
  readonly name: string;
  /** The call, of a block that `std/blocks` has, whose body here is what that call must mean; `undefined`: the program defines it. */
  readonly standard: string | undefined;
  /** Whether it has a parameter `c`: a number of channels, or an index. */
  readonly takesNumber: boolean;
  /** Whether it has the parameter `x: map = current`. */
  readonly takesCurrent: boolean;
  readonly body: readonly Written[];
}

/** Positions of one axis of an input: scale·symbol + shift; `shift` alone without a symbol. */
export interface Dimension {
  readonly symbol: string | undefined;
  readonly scale: number;
  readonly shift: number;
}

export interface Input {
  readonly name: string;
  readonly channels: number;
  readonly size: readonly [y: Dimension, x: Dimension];
}

export interface WrittenProgram {
  /** The first, called `image`; further ones are statements, and have its symbols. */
  readonly input: Input;
  readonly body: readonly Written[];
  /** The activation of the last output, `labels`. */
  readonly activation: OutputActivation;
}

/** A program without loops, blocks and sections. */
export interface Program {
  /** All, the first of them before the body. */
  readonly inputs: readonly [Input, ...Input[]];
  readonly body: readonly Statement[];
  readonly activation: OutputActivation;
}

/** The two statements every program has around its body, so that feature maps and mistakes can be filed under them. */
export type Place = Statement | "input" | "output";
