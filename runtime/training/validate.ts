/** The metrics of a network over labelled images, every image at its own size. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Batch } from "../data/data-set.ts";
import type { LabelBatch, MapBatch, Session } from "../engines/engine.ts";
import { ConfusionMatrix } from "../metrics/confusion.ts";
import { labelsOfImage, mapOfImage } from "../prediction/fit-batch.ts";
import { type LabelledBatch, labelledBatch } from "./labelled-batch.ts";
import { letEventsIn } from "./let-events-in.ts";

export interface Validation {
  /** Of the first output against every labelled pixel of the images. */
  readonly confusion: ConfusionMatrix;
  /** Mean over the images; `undefined` when there were none. */
  readonly loss: number | undefined;
  readonly images: number;
}

/** A batch that was measured, for further measures; of the first output, at image pixels. */
export interface MeasuredBatch {
  readonly batch: Batch;
  /** [batch, height, width] */
  readonly predicted: LabelBatch;
  /** [batch, height, width, classes]; costs a forward pass. */
  readonly probabilities: () => Promise<MapBatch>;
}

/**
 * `counted` hears how many images are done; `measured` is given each batch. When `signal` aborts, the answer is `undefined`.
 * @throws UserError when an image fits no accepted size.
 */
export async function validate(
  graph: Graph,
  session: Session,
  batches: AsyncIterable<Batch>,
  classes: readonly string[],
  counted: (images: number) => void = () => {},
  signal?: AbortSignal,
  measured: (batch: MeasuredBatch) => Promise<void> = async () => {},
): Promise<Validation | undefined> {
  const confusion = new ConfusionMatrix(classes);
  let loss = 0;
  let images = 0;
  for await (const batch of batches) {
    const prepared = labelledBatch(graph, batch);
    const result = await session.evaluate(prepared.inputs, prepared.labels);
    const predicted = labelsOfImage(result.predictions, prepared.fit, 0);
    confusion.add(predicted.data, batch.labels.data);
    await measured({ batch, predicted, probabilities: () => firstOutput(graph, session, prepared) });
    loss += result.loss * batch.names.length;
    images += batch.names.length;
    counted(images);
    await letEventsIn();
    if (signal?.aborted) return undefined;
  }
  return { confusion, loss: images === 0 ? undefined : loss / images, images };
}

async function firstOutput(
  graph: Graph,
  session: Session,
  { fit, inputs }: LabelledBatch,
): Promise<MapBatch> {
  const [output] = graph.outputs;
  const map = output && (await session.predict(inputs)).get(output.name);
  if (map === undefined) throw new Error(`the engine gave no output ${output?.name}`);
  return mapOfImage(map, fit, 0);
}
