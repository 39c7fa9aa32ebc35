/** The islands of a prediction, as a sink of its labels. */
import { ClassRuns, type Island } from "../../polygons/class-runs.ts";
import type { LabelSink } from "./sinks.ts";

/**
 * @param wanted classes
 * @param made takes the islands of the whole image
 */
export function polygonSink(
  wanted: readonly number[],
  made: (islands: readonly Island[]) => Promise<void>,
): LabelSink {
  const runs = new ClassRuns(wanted);
  return {
    write: async ({ values, width }) => runs.addRows(values, width),
    finish: () => made(runs.islands()),
    discard: async () => {},
  };
}
