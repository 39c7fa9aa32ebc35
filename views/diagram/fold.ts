/** Equal steps in a row (same words, same channels, same rank) as a single arrow with their count. Named feature maps stay. */
import type { Figure, FigureMap, Step } from "./figure.ts";
import { group } from "./group.ts";
import { stepSignature } from "./step-signature.ts";

/** `chains`: all that is in a row within a rank, whatever its names and channels. */
export function foldSteps(figure: Figure, chains = false): Figure {
  const linked = new Set(figure.links.flatMap(({ pool, unpool }) => [pool, unpool]));
  let { maps, steps } = figure;
  for (const map of figure.maps) {
    const into = group(steps, (step) => step.to).get(map.id) ?? [];
    const outOf = group(steps, (step) => step.from).get(map.id) ?? [];
    const [before, after] = [into[0], outOf[0]];
    if (into.length !== 1 || outOf.length !== 1 || before === undefined || after === undefined) continue;
    const next = maps.find((other) => other.id === after.to);
    if (next === undefined || [...before.nodes, ...after.nodes].some((id) => linked.has(id))) continue;
    if (!(chains ? follows(map, next, before, after) : repeats(map, next, before, after))) continue;
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

/** Whether nothing but one chain of steps within the rank goes through the feature map. */
function follows(map: FigureMap, next: FigureMap, before: Step, after: Step): boolean {
  return (
    map.row === next.row &&
    [map, next].every(({ join, block }) => join === undefined && block === undefined) &&
    [before, after].every(({ nodes, kind }) => nodes.length > 0 && kind === "convolution") &&
    before.longHead[0]?.text === after.longHead[0]?.text &&
    JSON.stringify(before.tail) === JSON.stringify(after.tail) &&
    map.exits.length === 0
  );
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
    map.label === undefined &&
    map.block === undefined &&
    next.block === undefined &&
    map.join === undefined &&
    before.nodes.length > 0 &&
    stepSignature(before) === stepSignature({ ...after, times: before.times })
  );
}
