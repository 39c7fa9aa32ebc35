/** Colours of classes: told apart at a glance, the first (background by convention) dark. */
import type { Colour } from "./raster.ts";

/** The golden angle, in turns: successive hues stay far apart however many there are. */
const goldenTurn = (3 - Math.sqrt(5)) / 2;
/** Lightness and chroma (OKLab) by turns: five, so that no class shares both tone and nearly the hue of one 8, 13 or 21 before it. */
const tones = [
  [0.74, 0.17],
  [0.58, 0.19],
  [0.87, 0.13],
  [0.66, 0.1],
  [0.47, 0.14],
] as const;

/** One colour a class; the same class index always gets the same colour. */
export function classPalette(classes: number): Colour[] {
  return Array.from({ length: classes }, (_, i) => classColour(i));
}

function classColour(index: number): Colour {
  if (index === 0) return [22, 24, 34];
  const turn = (0.075 + (index - 1) * goldenTurn) % 1;
  const [lightness, chroma] = tones[(index - 1) % tones.length] ?? tones[0];
  return oklch(lightness, chroma, turn);
}

/**
 * Lightness, chroma and hue (in turns) of OKLab to sRGB (Ottosson 2020, "A perceptual color space for image processing");
 * chroma shrinks until the colour lies inside sRGB.
 */
export function oklch(lightness: number, chroma: number, turn: number): Colour {
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
