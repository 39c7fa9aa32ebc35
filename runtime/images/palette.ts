/** Colours of classes: told apart at a glance, the first (background by convention) dark. */
import type { Colour } from "./raster.ts";

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
    Array.from({ length: hues }, (_, i) => oklch(lightness, chroma, (i + 0.4) / hues)),
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

/**
 * Lightness, chroma and hue (in turns) of OKLab to sRGB (Ottosson 2020, "A perceptual color space for image processing");
 * chroma shrinks until the colour lies inside sRGB.
 */
function oklch(lightness: number, chroma: number, turn: number): Colour {
  for (let c = chroma; ; c -= 0.005) {
    const linear = oklabToLinear(
      lightness,
      c * Math.cos(2 * Math.PI * turn),
      c * Math.sin(2 * Math.PI * turn),
    );
    if (c <= 0 || linear.every((v) => v >= 0 && v <= 1)) {
      const [red, green, blue] = linear;
      return [toByte(red), toByte(green), toByte(blue)];
    }
  }
}

function oklabToLinear(l: number, a: number, b: number): [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** IEC 61966-2-1. */
function toByte(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
}
