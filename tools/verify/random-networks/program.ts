/** A small program of the language as data: what the generator makes, the writer spells and the executor runs. */

/** One number per axis: [y, x]. */
export type Extent = readonly [y: number, x: number];

/** `same`, `valid`, or so many positions on both sides of each axis. */
export type WindowPadding = "same" | "valid" | Extent;

export interface Sides {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A word called on the current feature map. */
export type Call =
  | {
      readonly word: "conv";
      readonly channels: number;
      readonly kernel: Extent;
      readonly stride: Extent;
      readonly dilation: Extent;
      readonly padding: WindowPadding;
      readonly groups: number;
    }
  | {
      readonly word: "transposed_conv";
      readonly channels: number;
      readonly kernel: Extent;
      readonly stride: Extent;
      readonly padding: WindowPadding;
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
      readonly mode: "nearest" | "bilinear";
      readonly factor: Extent;
      readonly alignCorners: boolean;
    }
  | {
      readonly word: "resample_to";
      readonly mode: "nearest" | "bilinear";
      readonly map: string;
      readonly alignCorners: boolean;
    }
  | {
      readonly word: "pool";
      readonly kind: "maxpool" | "avgpool";
      readonly kernel: Extent;
      readonly stride: Extent | undefined;
      readonly dilation: Extent;
      readonly padding: WindowPadding;
      readonly ceil: boolean;
    }
  | { readonly word: "global_pool"; readonly kind: "maxpool" | "avgpool" }
  | { readonly word: "unpool"; readonly pool: string }
  | { readonly word: "unpool_nearest" | "bed_of_nails"; readonly factor: Extent }
  | { readonly word: "crop"; readonly sides: Sides }
  | { readonly word: "pad"; readonly sides: Sides; readonly mode: "zeros" | "reflect" | "edge" }
  | { readonly word: "cellwise"; readonly name: string };

export type Join = "add" | "subtract" | "multiply" | "maximum" | "minimum" | "concat";
export type CropRule = "centred" | "aligned";

export type Statement =
  | { readonly kind: "call"; readonly call: Call; readonly as: string | undefined }
  | {
      readonly kind: "skip";
      readonly map: string;
      readonly join: Join;
      readonly crop: "none" | CropRule;
      /** Applied to the other feature map before it joins. */
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
  | { readonly kind: "side"; readonly side: "encoder" | "decoder"; readonly body: readonly Statement[] };

/** Positions of one axis of the input: scale·symbol + shift; `shift` alone without a symbol. */
export interface Dimension {
  readonly symbol: string | undefined;
  readonly scale: number;
  readonly shift: number;
}

export interface Program {
  /** The input is called `image`. */
  readonly channels: number;
  readonly size: readonly [y: Dimension, x: Dimension];
  readonly body: readonly Statement[];
  /** The activation of the one output, `labels`. */
  readonly activation: "softmax" | undefined;
}

/** The two statements every program has around its body, so that feature maps and mistakes can be filed under them. */
export type Place = Statement | "input" | "output";
