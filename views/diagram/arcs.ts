/** Level steps that must pass over boxes of their own rank, and the track above the rank that each takes. */
import type { Figure, Step } from "./figure.ts";
import type { Cell, Placement } from "./place.ts";

export interface Arc {
  /** 0 is nearest to the boxes; an arc that spans others is above them. */
  readonly level: number;
}

export function arcsOf(figure: Figure, placement: Placement): ReadonlyMap<Step, Arc> {
  const spans = figure.steps.flatMap((step) => {
    const [from, to] = [placement.get(step.from), placement.get(step.to)];
    if (from === undefined || to === undefined || from.row !== to.row) return [];
    return blocked(from, to, placement) ? [{ step, row: from.row, from: from.column, to: to.column }] : [];
  });
  spans.sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  const arcs = new Map<Step, Arc>();
  for (const span of spans) {
    const under = spans
      .filter((other) => other.row === span.row && other.from < span.to && span.from < other.to)
      .map((other) => arcs.get(other.step)?.level ?? -1);
    arcs.set(span.step, { level: Math.max(...under) + 1 });
  }
  return arcs;
}

/** Whether a box is on the straight route. Between lanes the route runs in the outer lane. */
function blocked(from: Cell, to: Cell, placement: Placement): boolean {
  const lane = Math.abs(to.lane) > Math.abs(from.lane) ? to.lane : from.lane;
  return [...placement.values()].some(
    (cell) =>
      cell.row === from.row &&
      cell.column > from.column &&
      cell.column < to.column &&
      Math.abs(cell.lane - lane) < 1,
  );
}
