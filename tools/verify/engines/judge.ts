/** What engines may differ from float64 by, and which of them do by more. */
import type { EngineComparison, EngineErrors, Sensitivity } from "./compare-engines.ts";

export const tolerance = {
  /** Of predictions: some hundred layers of float32. */
  prediction: 1e-4,
  /** Of the loss of an evaluation, and of a step from equal weights. */
  loss: 1e-5,
  /** Of a gradient: how many times as far from float64 as another computation in float32 is, or as float64 itself moves. */
  times: 3,
  /** Of PyTorch's float64 gradients, which come as float32. */
  float64: 1e-6,
  /** No computation in float32 counts as nearer than some roundings. */
  rounding: 2e-6,
} as const;

export interface Judgement {
  readonly failures: readonly string[];
  /** Losses and gradients beyond their limits, where changes as small as rounding move float64 as far. */
  readonly sensitive: readonly string[];
}

/** Random changes of a step's weights and inputs that are tried at once, and at most. */
const [seedsAtOnce, mostSeeds] = [6, 24];

/**
 * Gradients: of every weight at every step, compared with the largest error that any other engine, or PyTorch, has for that weight at any step. What is
 * further is compared with how far float64 moves at that step, as is a loss beyond its tolerance.
 *
 * @param rounding relative error below which no computation in float32 counts as nearer
 */
export async function judge(
  { engines, sensitivity, torch }: EngineComparison,
  rounding: number = tolerance.rounding,
): Promise<Judgement> {
  const failures: string[] = [];
  const sensitive: string[] = [];
  const known = new Map<number, { readonly tried: number; readonly moves: Sensitivity }>();
  /** How far float64 moves at a step, of as many changes as it takes to reach an error. */
  const moved = async (step: number, error: number, of: (moves: Sensitivity) => number) => {
    let found = known.get(step) ?? { tried: 0, moves: { loss: 0, gradients: new Map<string, number>() } };
    while (found.tried < mostSeeds && !(error <= tolerance.times * of(found.moves))) {
      const { tried } = found;
      const seeds = Array.from({ length: seedsAtOnce }, (_, i) => tried + i + 1);
      found = { tried: tried + seedsAtOnce, moves: further(found.moves, await sensitivity(step, seeds)) };
      known.set(step, found);
    }
    return of(found.moves);
  };
  const ofTorch = torch.kind === "compared" ? [torch.errors] : [];
  if (torch.kind === "compared" && !(torch.exact.error <= tolerance.float64))
    failures.push(
      `float64: the gradient of ${torch.exact.at} differs from PyTorch's by ${torch.exact.error.toExponential(1)}`,
    );
  for (const [name, errors] of engines) {
    const beyond = (what: string, error: number, moves: number) => {
      const list = error <= tolerance.times * moves ? sensitive : failures;
      list.push(`${name}: ${what} by ${error.toExponential(1)}, float64 moves by ${moves.toExponential(1)}`);
    };
    if (!(errors.prediction <= tolerance.prediction)) beyond("the prediction differs", errors.prediction, 0);
    if (!(errors.evaluation <= tolerance.loss))
      beyond("the loss of an evaluation differs", errors.evaluation, 0);
    for (const [step, error] of errors.losses.entries()) {
      if (error <= tolerance.loss) continue;
      beyond(`the loss of step ${step + 1} differs`, error, await moved(step, error, ({ loss }) => loss));
    }
    const besides = [...engines].filter(([other]) => other !== name);
    const others = largest([...ofTorch, ...besides.map(([, { gradients }]) => gradients)]);
    for (const [step, gradients] of errors.gradients.entries()) {
      for (const [weight, error] of gradients) {
        if (error <= tolerance.times * Math.max(rounding, others.get(weight) ?? 0)) continue;
        const moves = await moved(step, error, (moves) => moves.gradients.get(weight) ?? 0);
        beyond(`the gradient of ${weight} at step ${step + 1} differs`, error, moves);
      }
    }
  }
  return { failures, sensitive };
}

function further(a: Sensitivity, b: Sensitivity): Sensitivity {
  return { loss: Math.max(a.loss, b.loss), gradients: largest([[a.gradients, b.gradients]]) };
}

/** The errors of gradients by weight, over all that were computed in float32, and all steps. */
function largest(computed: readonly EngineErrors["gradients"][]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const step of computed.flat())
    for (const [weight, error] of step) most.set(weight, Math.max(error, most.get(weight) ?? 0));
  return most;
}
