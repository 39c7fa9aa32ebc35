/** Colours by lightness, chroma and hue, as the eye orders them. */
import { srgbEncoded } from "./srgb.ts";

/** Linear-light red, green and blue of sRGB, 0 … 1. */
export type LinearColour = readonly [red: number, green: number, blue: number];

/**
 * Lightness, chroma and hue (as a fraction of the circle) of OKLab to sRGB (Ottosson 2020, "A perceptual color space for image processing");
 * chroma shrinks until the colour is inside sRGB.
 */
export function oklchToLinear(lightness: number, chroma: number, turn: number): LinearColour {
  const cos = Math.cos(2 * Math.PI * turn);
  const sin = Math.sin(2 * Math.PI * turn);
  for (let c = chroma; c > 0; c -= 0.005) {
    const linear = oklabToLinear(lightness, c * cos, c * sin);
    if (linear.every((value) => value >= 0 && value <= 1)) return linear;
  }
  return oklabToLinear(lightness, 0, 0);
}

function oklabToLinear(l: number, a: number, b: number): LinearColour {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

export function srgbByte(linear: number): number {
  return Math.round(255 * srgbEncoded(linear));
}
