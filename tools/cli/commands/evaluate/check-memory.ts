/** Whether the engine can hold every image of an evaluation, asked of the forecast before the first is decoded. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { Pair } from "../../../../runtime/data/pair.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import { type EngineRoom, PredictionMemory } from "../../../../runtime/prediction/prediction-memory.ts";
import { type ImageScale, sceneSize } from "../../../../runtime/training/output-plans.ts";
import { imageTooLarge } from "../../program/image-too-large.ts";

/**
 * @param scale pixels of an image, along each axis, in one of the scene
 * @throws UserError naming the first image that does not fit, and the largest that does
 */
export async function checkMemory(
  graph: Graph,
  room: EngineRoom,
  { pairs, scale }: { readonly pairs: readonly Pair[]; readonly scale: ImageScale },
): Promise<void> {
  const memory = new PredictionMemory(graph, room);
  for (const { image } of pairs) {
    const size = sceneSize(await readImageSize(image), scale);
    if (!(await memory.fits(size, false))) throw await imageTooLarge(image, size, { graph, room });
  }
}
