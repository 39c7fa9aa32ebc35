/** One update from batches of whole images. */
import type {
  NotFiniteOrigin,
  Session,
  StepResult,
  TargetedBatch,
  UpdateSettings,
} from "../engines/engine.ts";
import { NotFinite } from "../engines/engine.ts";
import { cutBatch, joinResult } from "../fit/patches.ts";
import { diverged, type LastCheckpoint } from "./diverged.ts";
import type { TrainedBatch } from "./trained-batch.ts";

/**
 * @param at where the run is, for the message
 * @returns for each batch its part of the loss, and its predictions
 * @throws UserError when the loss or a gradient is not finite, naming where that began.
 */
export async function updateFrom(
  session: Session,
  batches: readonly TrainedBatch[],
  settings: UpdateSettings,
  at: { readonly where: string; readonly checkpoint: LastCheckpoint },
): Promise<readonly StepResult[]> {
  const cut = batches.map((batch) => cutBatch(batch, batch.fit));
  try {
    const results = await session.update(cut, settings);
    return batches.flatMap(({ fit }, place) => {
      const result = results[place];
      return result === undefined ? [] : [joinResult(result, fit)];
    });
  } catch (error) {
    if (!(error instanceof NotFinite)) throw error;
    const origin = await originAmong(session, cut);
    const what = origin?.kind === "gradient" ? "the gradient" : "the loss";
    throw diverged(what, at.where, at.checkpoint, settings.learningRate, origin);
  }
}

/** In the first batch of an update where something is not finite. */
async function originAmong(
  session: Session,
  batches: readonly TargetedBatch[],
): Promise<NotFiniteOrigin | undefined> {
  for (const [place, { inputs, targets }] of batches.entries()) {
    const origin = await session.findNotFinite(inputs, targets, "step", place);
    if (origin !== undefined) return origin;
  }
  return undefined;
}
