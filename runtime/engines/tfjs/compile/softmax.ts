/** The softmax over channels: exp(x − max) by its sum, of which nothing else reads the parts. */
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import type { Fusion, Readers } from "./readers.ts";

export interface Softmax {
  readonly kind: "softmax";
  /** The last of its steps. */
  readonly step: Step;
  readonly logits: number;
  readonly result: number;
}

export function softmaxes({ values, steps }: Program, readers: Readers): readonly Fusion<Softmax>[] {
  return steps.flatMap((max, place) => {
    const [logits = -1] = max.operands;
    if (max.primitive !== "max" || !isOverChannels(max.attributes.axes) || values[logits]?.shape.length !== 4)
      return [];
    const away = readers.only(max.results[0]);
    if (away?.step.primitive !== "subtract" || away.step.operands[0] !== logits) return [];
    const raised = readers.only(away.step.results[0]);
    if (raised?.step.primitive !== "exp") return [];
    const [power] = raised.step.results;
    const [sum, quotient, another] = readers.of(power);
    if (sum?.step.primitive !== "sum" || !isOverChannels(sum.step.attributes.axes)) return [];
    const divided = readers.only(sum.step.results[0]);
    if (quotient?.step.primitive !== "divide" || quotient.place !== divided?.place) return [];
    if (quotient.step.operands[0] !== power || another !== undefined) return [];
    const result = quotient.step.results[0] ?? -1;
    const fused = { kind: "softmax", step: quotient.step, logits, result } as const;
    return [{ fused, places: [place, away.place, raised.place, sum.place, quotient.place] }];
  });
}

function isOverChannels(axes: readonly number[]): boolean {
  return axes.length === 1 && axes[0] === 1;
}
