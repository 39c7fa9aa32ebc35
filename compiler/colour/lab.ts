/** CIELAB (CIE 15:2004, section 8.2.1) of sRGB, for the white D65. */
import { srgbEncoded, srgbLinear } from "./srgb.ts";

const white = [0.95047, 1, 1.08883] as const;
/** 6/29: below its cube the cube root becomes a line. */
const knee = 6 / 29;

function compressed(t: number): number {
  return t > knee ** 3 ? Math.cbrt(t) : t / (3 * knee ** 2) + 4 / 29;
}

function expanded(t: number): number {
  return t > knee ? t ** 3 : 3 * knee ** 2 * (t - 4 / 29);
}

export type Lab = readonly [lightness: number, a: number, b: number];

/** Red, green and blue, 0 … 1, to L* (0 … 100), a*, b*. */
export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [srgbLinear(red), srgbLinear(green), srgbLinear(blue)];
  const x = compressed((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]);
  const y = compressed((0.2126729 * r + 0.7151522 * g + 0.072175 * b) / white[1]);
  const z = compressed((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / white[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The reverse; colours outside sRGB are clipped to 0 … 1. */
export function rgbOfLab([lightness, a, b]: Lab): readonly [red: number, green: number, blue: number] {
  const middle = (lightness + 16) / 116;
  const x = white[0] * expanded(middle + a / 500);
  const y = white[1] * expanded(middle);
  const z = white[2] * expanded(middle - b / 200);
  return [
    srgbEncoded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    srgbEncoded(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    srgbEncoded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ];
}
