/** Convolutions whose kernel adds the bias and cuts off below 0 as well. */
import type { Program, StepOf } from "../../../../compiler/tensors/program.ts";
import type { Fusion, Readers } from "./readers.ts";

export interface FinishedConvolution {
  readonly kind: "convolution";
  readonly step: StepOf<"conv">;
  /** One number for each channel. */
  readonly bias: number;
  readonly relu: boolean;
  readonly result: number;
}

export function finishedConvolutions(
  { values, steps }: Program,
  readers: Readers,
): readonly Fusion<FinishedConvolution>[] {
  const constants = new Map(
    steps.flatMap((step) =>
      step.primitive === "constant" && step.attributes.values.length === 1
        ? [[step.results[0], step.attributes.values[0]] as const]
        : [],
    ),
  );
  return steps.flatMap((step, place) => {
    if (step.primitive !== "conv") return [];
    const y = step.results[0] ?? -1;
    const sum = readers.only(y);
    if (sum?.step.primitive !== "add") return [];
    const bias = sum.step.operands.find((id) => id !== y) ?? -1;
    const shape = values[bias]?.shape ?? [];
    const channels = values[y]?.shape[1] ?? 0;
    if (shape.length !== 4 || shape.some((extent, axis) => extent !== (axis === 1 ? channels : 1))) return [];
    const shifted = sum.step.results[0] ?? -1;
    const cut = readers.only(shifted);
    const relu =
      cut?.step.primitive === "maximum" &&
      cut.step.operands[0] === shifted &&
      constants.get(cut.step.operands[1] ?? -1) === 0;
    const result = (relu ? cut.step.results[0] : shifted) ?? -1;
    const fused = { kind: "convolution", step, bias, relu, result } as const;
    return [{ fused, places: [place, sum.place, ...(relu ? [cut.place] : [])] }];
  });
}
