/** The grid step of cropping positions, or adding them. */
import type { GridStep } from "./grid-step.ts";
import { rational } from "./rational.ts";

/**
 * Output position o is input position o + `cells`: positive where a crop removes positions before the first, negative where a pad
 * adds them.
 */
export function shiftStep(cells: number): GridStep {
  return {
    scale: rational(1),
    shift: rational(cells),
    outputPeriod: 1,
    inputPeriod: 1,
    takes: (cell) => ({ first: cell + cells, count: 1, spacing: 1 }),
  };
}
