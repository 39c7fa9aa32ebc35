/** The transfer function of sRGB (IEC 61966-2-1): light to the values of files, and back. */

/** 0 … 1 to 0 … 1, clipped. */
export function srgbEncoded(linear: number): number {
  const v = Math.min(1, Math.max(0, linear));
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}

/** 0 … 1 to 0 … 1. */
export function srgbLinear(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}
