/** Colours of classes: easy to distinguish, the first (background by convention) dark. */
import { oklchToLinear, srgbByte } from "./oklch.ts";

/** 8-bit sRGB. */
export type Colour = readonly [red: number, green: number, blue: number];

const background: Colour = [22, 24, 34];
/** Ignored pixels are white in label pictures: no class comes near. */
const white: Colour = [255, 255, 255];
const hues = 40;
/** Lightness and chroma in OKLab. */
const tones = [
  [0.72, 0.16],
  [0.56, 0.18],
  [0.87, 0.13],
  [0.65, 0.07],
  [0.42, 0.12],
] as const;

/** One colour a class; the same class index always gets the same colour. At most 200 differ from each other. */
export function classPalette(classes: number): Colour[] {
  const candidates = tones.flatMap(([lightness, chroma]) =>
    Array.from({ length: hues }, (_, i) => colourOf(lightness, chroma, (i + 0.4) / hues)),
  );
  // farthest first: each class takes the candidate whose nearest colour so far is the farthest away
  const distances = candidates.map((colour) =>
    Math.min(distance(colour, background), distance(colour, white)),
  );
  const palette = [background];
  while (palette.length < classes) {
    const best = distances.indexOf(Math.max(...distances));
    const colour = candidates[best] ?? background;
    palette.push(colour);
    candidates.forEach((other, i) => {
      distances[i] = Math.min(distances[i] ?? 0, distance(colour, other));
    });
  }
  return palette.slice(0, classes);
}

/** Between 8-bit colours, weighted as luma weighs them. */
function distance(a: Colour, b: Colour): number {
  return Math.hypot(1.2 * (a[0] - b[0]), 1.6 * (a[1] - b[1]), 0.8 * (a[2] - b[2]));
}

function colourOf(lightness: number, chroma: number, turn: number): Colour {
  const [red, green, blue] = oklchToLinear(lightness, chroma, turn);
  return [srgbByte(red), srgbByte(green), srgbByte(blue)];
}
