/** Class colours blended over an image. */
import { convertChannels } from "./convert-channels.ts";
import { eightBits } from "./eight-bits.ts";
import type { ClassRaster, Colour, Raster } from "./raster.ts";

/**
 * (1 − opacity) · image + opacity · colour of the class; ignored pixels (−1) keep the image.
 * @returns RGB of 8 bits, at the image's size
 * @throws RangeError when the sizes differ or a class has no colour
 */
export function overlay(
  image: Raster,
  labels: ClassRaster,
  palette: readonly Colour[],
  opacity: number,
): Raster {
  const { width, height } = image;
  if (labels.width !== width || labels.height !== height) {
    throw new RangeError(
      `labels of ${labels.height}×${labels.width} cannot be drawn over an image of ${height}×${width}`,
    );
  }
  const rgb = convertChannels(eightBits(image).data, image.channels, 3);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const value = labels.values[i] ?? -1;
    const colour = value === -1 ? undefined : palette[value];
    if (value !== -1 && colour === undefined) throw new RangeError(`class ${value} has no colour`);
    for (let c = 0; c < 3; c++) {
      const base = rgb[i * 3 + c] ?? 0;
      data[i * 3 + c] = Math.round(colour === undefined ? base : base + opacity * ((colour[c] ?? 0) - base));
    }
  }
  return { width, height, channels: 3, fullScale: 255, data };
}
