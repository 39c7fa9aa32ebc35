/** The grid step of cutting cells off, or adding them. */
import type { GridStep } from "./grid-step.ts";
import { rational } from "./rational.ts";

/** Output cell o is input cell o + `cells`: positive where a crop cuts before the first cell, negative where a pad adds. */
export function shiftStep(cells: number): GridStep {
  return {
    scale: rational(1),
    shift: rational(cells),
    outputPeriod: 1,
    inputPeriod: 1,
    takes: (cell) => ({ first: cell + cells, count: 1, spacing: 1 }),
  };
}
