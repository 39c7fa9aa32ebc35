/** The two Gaussian kernels of Krähenbühl & Koltun (2011, equation 3) over the pixels of an image. */
import type { GaussianFilter, ScalableFilter } from "./gaussian-filter.ts";
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
export type BuildFilter<F extends GaussianFilter = GaussianFilter> = (
  features: Float32Array,
  dimensions: number,
) => F;

/** Appearance and smoothness, each normalised symmetrically; a kernel of weight 0 is left out. `build`: the permutohedral lattice. */
export function imageKernels(
  image: ColourImage,
  parameters: CrfParameters,
  build: BuildFilter = PermutohedralLattice.of,
): readonly PairwiseKernel[] {
  const { appearance_weight, appearance_position, appearance_colour } = parameters;
  const { smoothness_weight, smoothness_position } = parameters;
  const kernel = (weight: number, filter: () => GaussianFilter): PairwiseKernel[] =>
    weight === 0 ? [] : [{ weight, filter: filter() }];
  return [
    ...kernel(appearance_weight, () =>
      appearanceFilter(image, appearance_position, appearance_colour, build),
    ),
    ...kernel(smoothness_weight, () => smoothnessFilter(image, smoothness_position, build)),
  ];
}

/**
 * exp(−|p_i − p_j|² / 2θα² − |I_i − I_j|² / 2θβ²) over the pixels of an image, normalised symmetrically.
 * @param position θα, pixels
 * @param colour θβ, grey levels of 255
 */
export function appearanceFilter<F extends ScalableFilter<F>>(
  image: ColourImage,
  position: number,
  colour: number,
  build: BuildFilter<F>,
): F {
  return normaliseSymmetrically(build(pixelFeatures(image, position, colour), 2 + image.channels));
}

/**
 * exp(−|p_i − p_j|² / 2θγ²) over the pixels of an image of that size, normalised symmetrically.
 * @param position θγ, pixels
 */
export function smoothnessFilter<F extends ScalableFilter<F>>(
  { width, height }: Pick<ColourImage, "width" | "height">,
  position: number,
  build: BuildFilter<F>,
): F {
  const uncoloured = { width, height, channels: 0, levels: new Float32Array(0) };
  return normaliseSymmetrically(build(pixelFeatures(uncoloured, position, 1), 2));
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
