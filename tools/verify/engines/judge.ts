/** What engines may differ from float64 by, and which of them do by more. */
import type { EngineComparison, EngineErrors, Sensitivity } from "./compare-engines.ts";

export const tolerance = {
  /** Of predictions: some hundred layers of float32. */
  prediction: 1e-4,
  /** Of the loss of an evaluation, and of a step from equal weights. */
  loss: 1e-5,
  /** Of a gradient on the native engine: how many times as far from float64 as another computation in float32 is. */
  times: 3,
  /** The same on the other engines, whose kernels add up one product after the other. */
  sequential: 20,
  /** Of PyTorch's float64 gradients, which come as float32. */
  float64: 1e-6,
  /** No computation in float32 counts as nearer than some roundings. */
  rounding: 2e-6,
} as const;

export interface Judgement {
  readonly failures: readonly string[];
  /** Losses and gradients beyond their limits at few steps, or where changes as small as rounding move float64 as far. */
  readonly sensitive: readonly string[];
}

/**
 * Gradients: of every weight at every step, compared with the largest error that any other engine, or PyTorch, has for that weight at any step. What is
 * further is compared with how far float64 moves at that step, as is a loss beyond its tolerance.
 */
export async function judge({ engines, sensitivity, torch }: EngineComparison): Promise<Judgement> {
  const failures: string[] = [];
  const sensitive: string[] = [];
  const known = new Map<number, Sensitivity>();
  const moved = async (step: number) => {
    const found = known.get(step) ?? (await sensitivity(step));
    known.set(step, found);
    return found;
  };
  const ofTorch = torch.kind === "compared" ? [torch.errors] : [];
  if (torch.kind === "compared" && !(torch.exact.error <= tolerance.float64))
    failures.push(
      `float64: the gradient of ${torch.exact.at} differs from PyTorch's by ${torch.exact.error.toExponential(1)}`,
    );
  for (const [name, errors] of engines) {
    const times = name === "native" ? tolerance.times : tolerance.sequential;
    const further = (what: string, error: number, moves: number) => {
      const list = error <= times * moves ? sensitive : failures;
      list.push(`${name}: ${what} by ${error.toExponential(1)}, float64 moves by ${moves.toExponential(1)}`);
    };
    if (!(errors.prediction <= tolerance.prediction)) further("the prediction differs", errors.prediction, 0);
    if (!(errors.evaluation <= tolerance.loss))
      further("the loss of an evaluation differs", errors.evaluation, 0);
    for (const [step, error] of errors.losses.entries()) {
      if (!(error <= tolerance.loss))
        further(`the loss of step ${step + 1} differs`, error, (await moved(step)).loss);
    }
    const besides = [...engines].filter(([other]) => other !== name);
    const others = largest([...ofTorch, ...besides.map(([, { gradients }]) => gradients)]);
    for (const [step, gradients] of errors.gradients.entries()) {
      for (const [weight, error] of gradients) {
        const most = times * Math.max(tolerance.rounding, others.get(weight) ?? 0);
        if (error <= most) continue;
        const what = `the gradient of ${weight} at step ${step + 1} differs by ${error.toExponential(1)}`;
        if (usual(errors, weight) <= most) {
          sensitive.push(`${name}: ${what}, at most steps less`);
          continue;
        }
        const moves = (await moved(step)).gradients.get(weight) ?? 0;
        further(`the gradient of ${weight} at step ${step + 1} differs`, error, moves);
      }
    }
  }
  return { failures, sensitive };
}

/**
 * The median over the steps, the upper one of two: every step runs the same program, so that what differs at few of them is a decision
 * that rounding turned there.
 */
function usual({ gradients }: EngineErrors, weight: string): number {
  const errors = gradients.map((step) => step.get(weight) ?? Number.NaN).toSorted((a, b) => a - b);
  return errors[Math.floor(errors.length / 2)] ?? Number.NaN;
}

/** The errors of gradients by weight, over all that were computed in float32, and all steps. */
function largest(computed: readonly EngineErrors["gradients"][]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const step of computed.flat())
    for (const [weight, error] of step) most.set(weight, Math.max(error, most.get(weight) ?? 0));
  return most;
}
