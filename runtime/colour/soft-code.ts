/**
 * Colours as distributions over the colour bins (Zhang, Isola & Efros 2016, section 2.2): the five nearest bins, weighted by a
 * Gaussian of their distance and summing to one.
 */
import { binSpacing, colourBins } from "../../compiler/colour/colour-bins.ts";
import type { MapBatch } from "../arrays.ts";
import { chromaUnit } from "./chroma-unit.ts";

const neighbours = 5;
/** Units of a* and b*. */
export const codeDeviation = 5;

/**
 * @param chroma [batch, height, width, 2], a* and b* over `chromaUnit`; NaN: not known
 * @returns [batch, height, width, bins]; zeros where the colour is not known
 */
export function softCode({ data, shape }: MapBatch): MapBatch {
  const bins = colourBins();
  const [batch, height, width] = shape;
  const code = new Float32Array(batch * height * width * bins.length);
  for (let cell = 0; cell < batch * height * width; cell++) {
    const a = (data[2 * cell] ?? Number.NaN) * chromaUnit;
    const b = (data[2 * cell + 1] ?? Number.NaN) * chromaUnit;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    const nearest = nearestBins(a, b);
    // distances from the nearest, so that no sum of powers is zero
    const powers = nearest.map(({ square }) =>
      Math.exp(((nearest[0]?.square ?? 0) - square) / (2 * codeDeviation ** 2)),
    );
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [i, { bin }] of nearest.entries()) code[cell * bins.length + bin] = (powers[i] ?? 0) / sum;
  }
  return { data: code, shape: [batch, height, width, bins.length] };
}

/** The nearest first; of equals the one that comes first among the bins. */
function nearestBins(a: number, b: number) {
  const found: { bin: number; square: number }[] = [];
  for (const bin of binsNear(a, b)) {
    const centre = colourBins()[bin];
    if (centre === undefined) continue;
    const square = (centre.a - a) ** 2 + (centre.b - b) ** 2;
    if (found.length === neighbours && square >= (found[neighbours - 1]?.square ?? 0)) continue;
    let at = found.length;
    while (at > 0 && square < (found[at - 1]?.square ?? 0)) at--;
    found.splice(at, 0, { bin, square });
    if (found.length > neighbours) found.pop();
  }
  return found;
}

/**
 * The corners of the square around a colour are bins, at most 15 units away, and a fifth bin is a neighbour of one of them: the five
 * nearest are within 25 units of the colour, and 33 of the square's centre.
 */
const reach = 33;
const near = new Map<string, readonly number[]>();

/** Bins among which the nearest five are, by their place in the list; for colours of sRGB, and mixtures of them. */
function binsNear(a: number, b: number): readonly number[] {
  const [left, lower] = [Math.floor(a / binSpacing), Math.floor(b / binSpacing)];
  const key = `${left},${lower}`;
  const known = near.get(key);
  if (known !== undefined) return known;
  const centre = { a: (left + 0.5) * binSpacing, b: (lower + 0.5) * binSpacing };
  const found = colourBins().flatMap((bin, i) =>
    Math.hypot(bin.a - centre.a, bin.b - centre.b) <= reach ? [i] : [],
  );
  if (found.length < neighbours) throw new RangeError(`a* ${a}, b* ${b} is no colour of sRGB`);
  near.set(key, found);
  return found;
}

/** The nearest bin to a colour. */
export function binOf(a: number, b: number): number {
  return nearestBins(a, b)[0]?.bin ?? 0;
}
