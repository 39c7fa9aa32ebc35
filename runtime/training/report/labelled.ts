/** The name of a measure in a report. */
import { measureLabel } from "../../../compiler/learning/targets/registry.ts";

/** "mean IoU"; among several outputs "labels: mean IoU". */
export function labelled(measure: string, output: string, outputs: number): string {
  return outputs === 1 ? measureLabel(measure) : `${output}: ${measureLabel(measure)}`;
}
