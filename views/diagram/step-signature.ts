/** What makes two steps the same for folding. */
import type { Step } from "./figure.ts";

export function stepSignature(step: Step): string {
  return JSON.stringify([step.kind, step.longHead, step.tail, step.skip, step.times]);
}
