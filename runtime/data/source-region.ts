/** The part of an image that a window shows, wherever its pixels come from. */
import type { Region } from "../images/raster.ts";
import { type GeometricMap, toSource } from "./canvas.ts";
import { mirroredIndex } from "./mirrored-index.ts";

/** Everything that resampling reads: the pixels around each point, beyond the edges those that are mirrored there. */
export function sourceRegion(
  map: GeometricMap,
  [height, width]: readonly [height: number, width: number],
): Region {
  const point = { y: 0, x: 0 };
  let [top, left, bottom, right] = [height - 1, width - 1, 0, 0];
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      toSource(map, y, x, point);
      const [row, column] = [Math.floor(point.y - 0.5), Math.floor(point.x - 0.5)];
      for (let next = 0; next < 2; next++) {
        const [at, across] = [mirroredIndex(row + next, height), mirroredIndex(column + next, width)];
        top = Math.min(top, at);
        bottom = Math.max(bottom, at);
        left = Math.min(left, across);
        right = Math.max(right, across);
      }
    }
  }
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}
