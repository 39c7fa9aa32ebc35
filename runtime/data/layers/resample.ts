/** Resamples layers by a geometric map. */
import { type GeometricMap, toSource } from "../canvas.ts";
import { mirroredIndex } from "../mirrored-index.ts";
import type { SizedLayer } from "./layer.ts";

/**
 * Bilinear between pixel centres; outside the image its mirror image, the edge pixel repeated. Where the map meets pixel
 * centres exactly (flips, rotations by 90°, whole shifts), pixels are copied exactly.
 * @param target [map.height, map.width, channels], filled with values scaled to 0 … 1
 */
export function resampleSmoothly(
  layer: SizedLayer,
  map: GeometricMap,
  target: Float32Array | Int32Array,
): void {
  const { height, width, channels, values, fullScale } = layer;
  const part = layer.region ?? { top: 0, left: 0, width };
  const point = { y: 0, x: 0 };
  for (let y = 0, at = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      toSource(map, y, x, point);
      const sourceY = point.y - 0.5;
      const sourceX = point.x - 0.5;
      const top = Math.floor(sourceY);
      const left = Math.floor(sourceX);
      const fy = sourceY - top;
      const fx = sourceX - left;
      const row0 = (mirroredIndex(top, height) - part.top) * part.width;
      const row1 = (mirroredIndex(top + 1, height) - part.top) * part.width;
      const column0 = mirroredIndex(left, width) - part.left;
      const column1 = mirroredIndex(left + 1, width) - part.left;
      for (let c = 0; c < channels; c++, at++) {
        const a = values[(row0 + column0) * channels + c] ?? 0;
        const b = values[(row0 + column1) * channels + c] ?? 0;
        const d = values[(row1 + column0) * channels + c] ?? 0;
        const e = values[(row1 + column1) * channels + c] ?? 0;
        const value = (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * d + fx * e);
        target[at] = value / fullScale;
      }
    }
  }
}

/**
 * The pixel that contains the mapped centre, so that no value appears where there was none.
 * @param outside the value outside the image
 * @param target [map.height, map.width, channels]
 */
export function resampleNearest(
  { height, width, channels, values, region }: SizedLayer,
  map: GeometricMap,
  target: Float32Array | Int32Array,
  outside: number,
): void {
  const part = region ?? { top: 0, left: 0, width };
  const point = { y: 0, x: 0 };
  for (let y = 0, at = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      toSource(map, y, x, point);
      const sourceY = Math.floor(point.y);
      const sourceX = Math.floor(point.x);
      const inside = sourceY >= 0 && sourceY < height && sourceX >= 0 && sourceX < width;
      const from = ((sourceY - part.top) * part.width + sourceX - part.left) * channels;
      for (let c = 0; c < channels; c++) target[at++] = inside ? (values[from + c] ?? outside) : outside;
    }
  }
}
