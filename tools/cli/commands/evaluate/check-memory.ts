/** Whether the engine can hold every image of an evaluation, asked of the forecast before the first is decoded. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { Pair } from "../../../../runtime/data/pair.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import { type EngineRoom, PredictionMemory } from "../../../../runtime/prediction/prediction-memory.ts";
import { imageTooLarge } from "../../program/image-too-large.ts";

/**
 * @param shrink pixels of an image, along each axis, in one of the input
 * @throws UserError naming the first image that does not fit, and the largest that does
 */
export async function checkMemory(
  graph: Graph,
  room: EngineRoom,
  { pairs, shrink }: { readonly pairs: readonly Pair[]; readonly shrink: number },
): Promise<void> {
  const memory = new PredictionMemory(graph, room);
  for (const { image } of pairs) {
    const [height, width] = await readImageSize(image);
    const size = [Math.floor(height / shrink), Math.floor(width / shrink)] as const;
    if (!(await memory.fits(size, false))) throw await imageTooLarge(image, size, { graph, room });
  }
}
