/** Resamples layers by a geometric map. */
import { copiesPixels, type GeometricMap, toSource } from "../canvas.ts";
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
  const copies = copiesPixels(map);
  for (let y = 0, at = 0; y < map.height; y++) {
    if (copies && copyRow(layer, map, y, target, fullScale)) {
      at += map.width * channels;
      continue;
    }
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
  layer: SizedLayer,
  map: GeometricMap,
  target: Float32Array | Int32Array,
  outside: number,
): void {
  const { height, width, channels, values, region } = layer;
  const part = region ?? { top: 0, left: 0, width };
  const point = { y: 0, x: 0 };
  const copies = copiesPixels(map);
  for (let y = 0, at = 0; y < map.height; y++) {
    if (copies && copyRow(layer, map, y, target, 1)) {
      at += map.width * channels;
      continue;
    }
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

/**
 * A row of a map that copies pixels, each value divided by `scale`.
 * @returns false, with nothing written, where the row reaches beyond the image
 */
function copyRow(
  { height, width, channels, values, region }: SizedLayer,
  map: GeometricMap,
  y: number,
  target: Float32Array | Int32Array,
  scale: number,
): boolean {
  const part = region ?? { top: 0, left: 0, width };
  const point = { y: 0, x: 0 };
  toSource(map, y, 0, point);
  const [row, column] = [point.y - 0.5, point.x - 0.5];
  const [lastRow, lastColumn] = [row + map.yx * (map.width - 1), column + map.xx * (map.width - 1)];
  if (Math.min(row, lastRow) < 0 || Math.max(row, lastRow) >= height) return false;
  if (Math.min(column, lastColumn) < 0 || Math.max(column, lastColumn) >= width) return false;
  let from = ((row - part.top) * part.width + column - part.left) * channels;
  const step = (map.yx * part.width + map.xx) * channels;
  let at = y * map.width * channels;
  for (let x = 0; x < map.width; x++, from += step)
    for (let c = 0; c < channels; c++) target[at++] = (values[from + c] ?? 0) / scale;
  return true;
}
