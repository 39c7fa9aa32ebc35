/** Of several ways to place the feature maps of a figure, the one whose arrows cross least. */
import type { Figure } from "../figure.ts";
import { crossings } from "./crossings.ts";
import { type Layout, layOut } from "./layout.ts";
import type { Metrics } from "./metrics.ts";

/** Columns between the paths of neighbouring inputs; the first of equal ones is taken. */
const staggers = [0, 1, 2, 3, 4, -1, -2, -3, -4];

/** `stacked`: what comes from other ranks is under one another, where it can be, so that the figure is narrow. */
export function arrange(figure: Figure, metrics: Metrics, stacked = false): Layout {
  const targets = new Set(figure.steps.map(({ to }) => to));
  const inputs = figure.maps.filter(({ id }) => !targets.has(id)).length;
  let best = layOut(figure, metrics, { stagger: 0, stacked });
  let fewest = inputs > 1 ? crossings(best.arrows) : 0;
  for (const stagger of staggers) {
    if (fewest === 0) break;
    if (stagger === 0) continue;
    const other = layOut(figure, metrics, { stagger, stacked });
    const count = crossings(other.arrows);
    if (count < fewest) [best, fewest] = [other, count];
  }
  return best;
}
