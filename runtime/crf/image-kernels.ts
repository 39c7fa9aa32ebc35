/** The two Gaussian kernels of Krähenbühl & Koltun (2011, equation 3) over the pixels of an image. */
import type { GaussianFilter } from "./gaussian-filter.ts";
import type { PairwiseKernel } from "./mean-field.ts";
import type { CrfParameters } from "./parameters.ts";
import { PermutohedralLattice } from "./permutohedral.ts";
import { normaliseSymmetrically } from "./symmetric-normalisation.ts";

/** Colours as the appearance kernel compares them. */
export interface ColourImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height, width, channels], grey levels of 255. */
  readonly levels: Float32Array;
}

/** @param features [points, dimensions], in units of standard deviations */
export type BuildFilter = (features: Float32Array, dimensions: number) => GaussianFilter;

/** Appearance and smoothness, each normalised symmetrically; a kernel of weight 0 is left out. `build`: the permutohedral lattice. */
export function imageKernels(
  image: ColourImage,
  parameters: CrfParameters,
  build: BuildFilter = PermutohedralLattice.of,
): readonly PairwiseKernel[] {
  const { appearance_weight, appearance_position, appearance_colour } = parameters;
  const { smoothness_weight, smoothness_position } = parameters;
  const kernel = (weight: number, dimensions: number, features: () => Float32Array): PairwiseKernel[] =>
    weight === 0 ? [] : [{ weight, filter: normaliseSymmetrically(build(features(), dimensions)) }];
  return [
    ...kernel(appearance_weight, 2 + image.channels, () =>
      pixelFeatures(image, appearance_position, appearance_colour),
    ),
    ...kernel(smoothness_weight, 2, () => pixelFeatures({ ...image, channels: 0 }, smoothness_position, 1)),
  ];
}

/** [pixels, 2 + channels]: column and row by the one deviation, colours by the other. */
function pixelFeatures(image: ColourImage, position: number, colour: number): Float32Array {
  const { width, height, channels, levels } = image;
  const features = new Float32Array(width * height * (2 + channels));
  let to = 0;
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      features[to++] = x / position;
      features[to++] = y / position;
      for (let c = 0; c < channels; c++) features[to++] = (levels[from++] ?? 0) / colour;
    }
  }
  return features;
}
