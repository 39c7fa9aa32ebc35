import { expect, it } from "vitest";
import { labOf } from "../../compiler/colour/lab.ts";
import type { Raster } from "../../runtime/images/raster.ts";
import { pictureOfMap } from "../../runtime/targets/registry.ts";

/** a* and b* over 100, one for each of four pixels; all within sRGB at lightness 50 to 65. */
const colours = [0.2, 0.1, -0.2, 0.2, 0.05, -0.3, 0, 0];
const map = { data: Float32Array.from(colours), shape: [1, 1, 4, 2] } as const;

/** A raster of 8 bits moves a component of CIELAB by less than half a unit. */
const rounding = 0.5;

it.each([1, 3])(
  "a coloured picture has the lightness of an image of %i channels and the colours of the map",
  (channels) => {
    const levels = [118, 120, 140, 130];
    const image: Raster = {
      width: 4,
      height: 1,
      channels,
      fullScale: 255,
      data: Uint8Array.from(levels.flatMap((level) => new Array<number>(channels).fill(level))),
    };
    const { data, channels: written } = pictureOfMap(map, { kind: "colour_bins", temperature: 0.38 }, image);
    expect(written).toBe(3);
    for (const [pixel, level] of levels.entries()) {
      const part = (c: number) => (data[3 * pixel + c] ?? 0) / 255;
      const [lightness, a, b] = labOf(part(0), part(1), part(2));
      const [own] = labOf(level / 255, level / 255, level / 255);
      expect(Math.abs(lightness - own)).toBeLessThan(rounding);
      expect(Math.abs(a - 100 * (colours[2 * pixel] ?? 0))).toBeLessThan(rounding);
      expect(Math.abs(b - 100 * (colours[2 * pixel + 1] ?? 0))).toBeLessThan(rounding);
    }
  },
);
