/** Smooth random displacements: Gaussian at the points of a grid, bicubic between them. */
import type { Random } from "../../random.ts";
import type { Warp } from "../canvas.ts";

/**
 * @param size of the content, in pixels; the outermost points of the grid are on its edges
 * @param points of the grid along each axis, at least 2
 * @param deviation in pixels
 */
export function drawElastic(
  size: { readonly height: number; readonly width: number },
  points: number,
  deviation: number,
  random: Random,
): Warp {
  const drawn = () => Float64Array.from({ length: points * points }, () => deviation * random.normal());
  return elasticWarp(size, points, drawn(), drawn());
}

/** @param down, right displacements at the grid points, [points, points], pixels */
export function elasticWarp(
  { height, width }: { readonly height: number; readonly width: number },
  points: number,
  down: Float64Array,
  right: Float64Array,
): Warp {
  const rows = new Float64Array(4);
  const columns = new Float64Array(4);
  const last = points - 1;
  return (point) => {
    const row = weightsAt((point.y / height) * last, last, rows);
    const column = weightsAt((point.x / width) * last, last, columns);
    let [y, x] = [0, 0];
    for (let i = 0; i < 4; i++) {
      const line = clamp(row - 1 + i, last) * points;
      for (let j = 0; j < 4; j++) {
        const at = line + clamp(column - 1 + j, last);
        const weight = (rows[i] ?? 0) * (columns[j] ?? 0);
        y += weight * (down[at] ?? 0);
        x += weight * (right[at] ?? 0);
      }
    }
    point.y += y;
    point.x += x;
  };
}

/**
 * Keys 1981, equation 15 (a = −1/2): the weights of the points before, at, after and two after the position, which is kept to the grid.
 * @returns the point at or before the position
 */
function weightsAt(position: number, last: number, weights: Float64Array): number {
  const kept = Math.min(last, Math.max(0, position));
  const first = Math.min(last - 1, Math.floor(kept));
  const t = kept - first;
  weights[0] = ((2 - t) * t - 1) * t * 0.5;
  weights[1] = ((3 * t - 5) * t * t + 2) * 0.5;
  weights[2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  weights[3] = (t - 1) * t * t * 0.5;
  return first;
}

function clamp(index: number, last: number): number {
  return Math.min(last, Math.max(0, index));
}
