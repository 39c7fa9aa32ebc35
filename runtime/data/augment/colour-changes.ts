/** Changes of hue and saturation. An image of one channel has neither and stays as it is. */
import { luma } from "../../images/convert-channels.ts";
import type { ChangedImage } from "./changed-image.ts";

/** The angle of the hexcone model (HSV) changes; the largest and the smallest of a pixel's three samples stay. @param degrees of hue */
export function turnHues({ channels, samples }: ChangedImage, degrees: number): void {
  if (channels !== 3) return;
  for (let at = 0; at < samples.length; at += 3) {
    const [red, green, blue] = [samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0];
    const most = Math.max(red, green, blue);
    const chroma = most - Math.min(red, green, blue);
    if (chroma === 0) continue;
    const sixth =
      most === red
        ? (green - blue) / chroma
        : most === green
          ? 2 + (blue - red) / chroma
          : 4 + (red - green) / chroma;
    const turned = sixth + degrees / 60;
    samples[at] = most - chroma * below(turned + 5);
    samples[at + 1] = most - chroma * below(turned + 3);
    samples[at + 2] = most - chroma * below(turned + 1);
  }
}

/** How far a channel is below the largest, of the chroma. @param sixths around the hexagon, from where the channel is smallest */
function below(sixths: number): number {
  const k = sixths - 6 * Math.floor(sixths / 6);
  return Math.max(0, Math.min(k, 4 - k, 1));
}

/** grey + factor · (colour − grey). */
export function saturate({ channels, samples, clipped }: ChangedImage, factor: number): void {
  if (channels !== 3) return;
  for (let at = 0; at < samples.length; at += 3) {
    const grey = luma(samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0);
    for (let c = at; c < at + 3; c++) {
      const value = grey + factor * ((samples[c] ?? 0) - grey);
      samples[c] = clipped ? Math.min(1, Math.max(0, value)) : value;
    }
  }
}
