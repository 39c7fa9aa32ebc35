/** Means of areas: the positions that the grid step takes are those of the bins at every size of that ratio. */
import { expect, it } from "vitest";
import { rational } from "../../compiler/geometry/rational.ts";
import { areaStep } from "../../compiler/geometry/resample.ts";
import { binAt } from "../../compiler/ops/axis-matrices.ts";

it.each([
  [1, 1],
  [1, 2],
  [1, 5],
  [2, 3],
  [3, 7],
  [4, 3],
  [5, 2],
])("%i positions for %i", (results, cells) => {
  const { takes, outputPeriod, inputPeriod } = areaStep(rational(results, cells));
  expect([outputPeriod, inputPeriod]).toEqual([results, cells]);
  for (const times of [1, 2, 5]) {
    for (let position = 0; position < times * results; position++) {
      const { start, end } = binAt(position, times * cells, times * results);
      expect(takes(position)).toEqual({ first: start, count: end - start, spacing: 1 });
    }
  }
});
