/** The metrics of a network over labelled images, every image at its own size. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Batch } from "../data/data-set.ts";
import type { Session } from "../engines/engine.ts";
import { ConfusionMatrix } from "../metrics/confusion.ts";
import { labelsOfImage } from "../prediction/fit-batch.ts";
import { labelledBatch } from "./labelled-batch.ts";
import { letEventsIn } from "./let-events-in.ts";

export interface Validation {
  /** Of the first output against every labelled pixel of the images. */
  readonly confusion: ConfusionMatrix;
  /** Mean over the images; `undefined` when there were none. */
  readonly loss: number | undefined;
  readonly images: number;
}

/**
 * `counted` hears how many images are done. When `signal` aborts, the answer is `undefined`.
 * @throws UserError when an image fits no accepted size.
 */
export async function validate(
  graph: Graph,
  session: Session,
  batches: AsyncIterable<Batch>,
  classes: readonly string[],
  counted: (images: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Validation | undefined> {
  const confusion = new ConfusionMatrix(classes);
  let loss = 0;
  let images = 0;
  for await (const batch of batches) {
    const { fit, inputs, labels } = labelledBatch(graph, batch);
    const result = await session.evaluate(inputs, labels);
    confusion.add(labelsOfImage(result.predictions, fit, 0).data, batch.labels.data);
    loss += result.loss * batch.names.length;
    images += batch.names.length;
    counted(images);
    await letEventsIn();
    if (signal?.aborted) return undefined;
  }
  return { confusion, loss: images === 0 ? undefined : loss / images, images };
}
