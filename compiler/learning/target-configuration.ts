/** Targets of the outputs and sources of the inputs, per pixel, and their files. */

/** Patterns relative to the data folder; files and images are paired by what the stars match. */
export interface FilePatterns {
  readonly files: string;
  /** `undefined`: validation files are among `files`. */
  readonly validation: string | undefined;
}

export type TargetConfiguration =
  /** The classes of the data's label images, by `masks`. */
  | { readonly kind: "labels" }
  /** 1 where a grey image is at least half of white, else 0; without files: the data's label images. */
  | { readonly kind: "boundaries"; readonly from: FilePatterns | undefined }
  /** Grey images; depth = value · unit. `missing`: the value of pixels without depth. `log`: the output is ln depth. */
  | {
      readonly kind: "depth";
      readonly from: FilePatterns;
      readonly unit: number;
      readonly missing: number | undefined;
      readonly log: boolean;
    }
  /** RGB images of n = value / (full scale / 2) − 1; x to the right, y up, z towards the viewer. */
  | { readonly kind: "normals"; readonly from: FilePatterns }
  /** An image, samples from 0 to 1; without files: the first input's own, before noise and shrinking. */
  | { readonly kind: "image"; readonly from: FilePatterns | undefined }
  /** a* and b* (CIELAB, D65), divided by 100, of the colour image of the first input. */
  | { readonly kind: "chroma" }
  /**
   * The same as a distribution over the colour bins (compiler/colour/colour-bins.ts; Zhang, Isola & Efros 2016). `temperature` of the
   * annealed mean that converts a predicted distribution to a colour.
   */
  | { readonly kind: "colour_bins"; readonly temperature: number };

export type TargetKind = TargetConfiguration["kind"];

export interface InputConfiguration {
  readonly name: string;
  /** Without files: the data's images. */
  readonly from: FilePatterns | undefined;
  /** Downsampling factor from the image to the input; the same for every input. */
  readonly shrink: number;
  /** Standard deviation of Gaussian noise on the input, of full scale; in training and validation. */
  readonly noise: number;
}
