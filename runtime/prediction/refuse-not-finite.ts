/** Predictions that are not finite are refused: the class of NaN is one like any other, and NaN in a picture is black. */
import type { MapBatch } from "../arrays.ts";
import { countNotFinite } from "../engines/not-finite-origin.ts";
import { UserError } from "../user-error.ts";

/** What follows from finite weights whose network computes something else of an image. */
export const weightsTooLarge =
  "the weights are too large for this image, or their training run diverged: use those of an earlier epoch, or train again with a lower learning rate";

/** A prediction with such values; whoever knows the image names it. */
export class PredictionNotFinite extends UserError {}

/**
 * @param weights the file, where there are several
 * @throws PredictionNotFinite naming the first output with such a value
 */
export function refuseNotFinite(
  network: string,
  predicted: ReadonlyMap<string, MapBatch>,
  weights?: string,
): void {
  for (const [name, { data }] of predicted) {
    const count = countNotFinite(data);
    if (count === 0) continue;
    const [values, of] = [count, data.length].map((number) => number.toLocaleString("en-US"));
    const by = weights === undefined ? "" : ` with the weights ${weights}`;
    throw new PredictionNotFinite(
      `the output "${name}" of ${network} is not finite (${values} of ${of} values)${by}`,
      weightsTooLarge,
    );
  }
}
