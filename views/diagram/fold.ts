/**
 * Folding: what is repeated in a row is drawn once with its count.
 *
 * Given a figure, gives one in which equal block calls or loop iterations in a row are a single frame, and equal steps in a
 * row (same words, same channels, same rank) a single arrow. Feature maps that something else reads stay.
 */
import type { Figure, FigureMap, Step } from "./figure.ts";
import { foldBlocks } from "./fold-blocks.ts";
import { group } from "./place.ts";
import { stepSignature } from "./step-signature.ts";

export function foldFigure(figure: Figure): Figure {
  return foldSteps(foldBlocks(figure));
}

function foldSteps(figure: Figure): Figure {
  const linked = new Set(figure.links.flatMap(({ pool, unpool }) => [pool, unpool]));
  const framed = new Set(figure.folds.flatMap(({ maps }) => maps.slice(-1)));
  let { maps, steps } = figure;
  for (const map of figure.maps) {
    const into = group(steps, (step) => step.to).get(map.id) ?? [];
    const outOf = group(steps, (step) => step.from).get(map.id) ?? [];
    const [before, after] = [into[0], outOf[0]];
    if (into.length !== 1 || outOf.length !== 1 || before === undefined || after === undefined) continue;
    const next = maps.find((other) => other.id === after.to);
    if (
      next === undefined ||
      framed.has(map.id) ||
      [...before.nodes, ...after.nodes].some((id) => linked.has(id))
    )
      continue;
    if (!repeats(map, next, before, after)) continue;
    if (steps.filter((step) => step.to === next.id).length > 1) continue;
    const merged: Step = {
      ...after,
      from: before.from,
      nodes: [...before.nodes, ...after.nodes],
      times: before.times + after.times,
      tooltip: `${before.tooltip}; ${after.tooltip}`,
    };
    steps = steps.filter((step) => step !== before && step !== after);
    steps = [...steps, merged];
    maps = maps.filter((other) => other !== map);
  }
  const order = new Map(maps.map((map, at) => [map.id, at]));
  const place = (step: Step): number => order.get(step.to) ?? 0;
  return { ...figure, maps, steps: [...steps].sort((a, b) => place(a) - place(b)) };
}

/**
 * Whether the step into the feature map and the one out of it are the same, and nothing distinguishes the feature map between
 * them.
 */
function repeats(map: FigureMap, next: FigureMap, before: Step, after: Step): boolean {
  return (
    map.row === next.row &&
    map.channels === next.channels &&
    map.exits.length === 0 &&
    map.join === undefined &&
    before.nodes.length > 0 &&
    stepSignature(before) === stepSignature({ ...after, times: before.times })
  );
}
