/** The numbers of objects as a layer. */
import type { Region } from "../../images/raster.ts";
import type { ImageObjects } from "../objects/read-objects.ts";
import type { SizedLayer } from "./layer.ts";

/** Of size 0 where the objects are points. Numbers are exact in float32 up to 2^24. */
export function objectNumbers({ height, width, owner }: ImageObjects, region?: Region): SizedLayer {
  const part = region ?? { top: 0, left: 0, height, width };
  const values = new Float32Array(owner === undefined ? 0 : part.height * part.width);
  for (let at = 0; at < values.length; at++) {
    const [y, x] = [part.top + Math.floor(at / part.width), part.left + (at % part.width)];
    values[at] = owner?.[y * width + x] ?? 0;
  }
  return { height: part.height, width: part.width, channels: 1, values, fullScale: 1 };
}
