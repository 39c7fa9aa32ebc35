/** How often arrows of a figure cross: what a placement is judged by. */
import type { Point } from "./layout.ts";

interface Upright {
  readonly arrow: number;
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

interface Level {
  readonly arrow: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

/** Stretches are level or upright; arrows that only touch do not cross. */
export function crossings(arrows: readonly { readonly points: readonly Point[] }[]): number {
  const uprights: Upright[] = [];
  const levels: Level[] = [];
  for (const [arrow, { points }] of arrows.entries())
    for (const [at, [x, y]] of points.entries()) {
      const [nextX, nextY] = points[at + 1] ?? [x, y];
      if (y !== nextY) uprights.push({ arrow, x, top: Math.min(y, nextY), bottom: Math.max(y, nextY) });
      else if (x !== nextX) levels.push({ arrow, y, left: Math.min(x, nextX), right: Math.max(x, nextX) });
    }
  uprights.sort((a, b) => a.x - b.x);
  let count = 0;
  for (const level of levels)
    for (let at = firstBeyond(uprights, level.left); at < uprights.length; at++) {
      const upright = uprights[at];
      if (upright === undefined || upright.x >= level.right) break;
      if (upright.arrow !== level.arrow && upright.top < level.y && level.y < upright.bottom) count++;
    }
  return count;
}

function firstBeyond(uprights: readonly Upright[], x: number): number {
  let [low, high] = [0, uprights.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uprights[middle]?.x ?? 0) > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
