/** The parameters of the fully connected conditional random field, by their names in the command line. */
import { UserError } from "../user-error.ts";

export interface CrfParameters {
  /** w₁ ≥ 0, of the appearance kernel exp(−|p_i − p_j|² / 2θα² − |I_i − I_j|² / 2θβ²). */
  readonly appearance_weight: number;
  /** θα > 0, pixels. */
  readonly appearance_position: number;
  /** θβ > 0, grey levels of 255, in each colour channel. */
  readonly appearance_colour: number;
  /** w₂ ≥ 0, of the smoothness kernel exp(−|p_i − p_j|² / 2θγ²). */
  readonly smoothness_weight: number;
  /** θγ > 0, pixels. */
  readonly smoothness_position: number;
  /** Of the mean field; 0 leaves the network's probabilities. */
  readonly iterations: number;
}

/**
 * What the authors of DeepLab v2 (Chen et al. 2018) released with their ResNet-101 model, for photographs of 500 pixels
 * (Pascal VOC 2012). They chose w₁, θα and θβ on validation images: 3 … 6, 30 … 100 and 3 … 6 (section 4); for DeepLab v1
 * (Chen et al. 2015, section 5): 5 … 10, 50 … 100 and 3 … 10, with w₂ = 3, θγ = 3.
 */
export const deepLabParameters: CrfParameters = {
  appearance_weight: 4,
  appearance_position: 67,
  appearance_colour: 3,
  smoothness_weight: 3,
  smoothness_position: 1,
  iterations: 10,
};

interface Range {
  readonly least: number;
  readonly most: number;
  /** The range in words, with its unit. */
  readonly says: string;
  /** What the parameter is. */
  readonly meaning: string;
}

const weight = { least: 0, most: 1000, says: "a number from 0 to 1000" };
const pixels = { least: 0.1, most: 10_000, says: "pixels, from 0.1 to 10000" };
const levels = { least: 0.1, most: 10_000, says: "grey levels of 255, from 0.1 to 10000" };
const count = { least: 0, most: 1000, says: "a whole number from 0 to 1000" };

export const crfRanges: Readonly<Record<keyof CrfParameters, Range>> = {
  appearance_weight: {
    ...weight,
    meaning: "weight of the bilateral kernel (nearby pixels of similar colour)",
  },
  appearance_position: { ...pixels, meaning: "standard deviation in position" },
  appearance_colour: { ...levels, meaning: "standard deviation in colour" },
  smoothness_weight: { ...weight, meaning: "weight of the spatial kernel (nearby pixels of any colour)" },
  smoothness_position: { ...pixels, meaning: "standard deviation in position" },
  iterations: { ...count, meaning: "iterations of the mean field" },
};

/**
 * The defaults, changed by settings as they were typed.
 * @param settings by parameter name
 * @throws UserError naming the setting and what it may be
 */
export function crfParameters(settings: ReadonlyMap<string, string>): CrfParameters {
  const parameters: Record<keyof CrfParameters, number> = { ...deepLabParameters };
  for (const [name, text] of settings) {
    if (!isParameter(name)) {
      throw new UserError(
        `the conditional random field has no parameter "${name}"`,
        `it has ${Object.keys(crfRanges).join(", ")}`,
      );
    }
    const { least, most, says } = crfRanges[name];
    const value = Number(text);
    const whole = name !== "iterations" || Number.isInteger(value);
    if (text.trim() === "" || !(value >= least && value <= most) || !whole) {
      throw new UserError(`${name} = ${text} of the conditional random field: expected ${says}`);
    }
    parameters[name] = value;
  }
  return parameters;
}

function isParameter(name: string): name is keyof CrfParameters {
  return Object.hasOwn(crfRanges, name);
}
