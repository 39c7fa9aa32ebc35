/** Values of an input's pixels as colours: white for none, and from pale to dark. */
import { encode } from "fast-png";
import { eightBits } from "../../../runtime/images/eight-bits.ts";
import type { Raster } from "../../../runtime/images/raster.ts";

/** Pale to dark, evenly spaced. */
const ramp = [
  [222, 235, 247],
  [158, 202, 225],
  [66, 146, 198],
  [8, 81, 156],
  [8, 30, 80],
] as const;

/** `shares`: 0 is white, anything above it has a colour, 1 the darkest. Row by row. */
export function heatImage(height: number, width: number, shares: ArrayLike<number>): Raster {
  const data = new Uint8Array(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel += 1) data.set(colourOf(shares[pixel] ?? 0), pixel * 3);
  return { height, width, channels: 3, data, fullScale: 255 };
}

export function dataUri(image: Raster): string {
  const { height, width, channels, data } = eightBits(image);
  const bytes = encode({ height, width, channels, depth: 8, data });
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

function colourOf(share: number): readonly number[] {
  if (!(share > 0)) return [255, 255, 255];
  const place = Math.min(1, share) * (ramp.length - 1);
  const low = Math.min(ramp.length - 2, Math.floor(place));
  const [from, to] = [ramp[low] ?? ramp[0], ramp[low + 1] ?? ramp[0]];
  return from.map((value, channel) => Math.round(value + ((to[channel] ?? 0) - value) * (place - low)));
}
