/** Convolutions whose kernel adds the bias and cuts off below 0 as well. */
import type { Program, StepOf } from "../../../../compiler/tensors/program.ts";
import { isPointwise } from "../pointwise/functions.ts";

export interface FinishedConvolution {
  readonly step: StepOf<"conv">;
  /** One number for each channel. */
  readonly bias: number;
  readonly relu: boolean;
  readonly result: number;
}

export interface FinishedConvolutions {
  /** By the place of the last step that it takes the place of. */
  readonly at: ReadonlyMap<number, FinishedConvolution>;
  /** The places of the others. */
  readonly covered: ReadonlySet<number>;
}

export function finishedConvolutions({ values, steps, outputs, updates }: Program): FinishedConvolutions {
  const readers = values.map((): number[] => []);
  for (const [place, { operands }] of steps.entries()) for (const id of operands) readers[id]?.push(place);
  const given = new Set([...outputs, ...updates].map(({ value }) => value));
  const onlyReader = (id: number): number | undefined => {
    const [reader, another] = readers[id] ?? [];
    return another === undefined && !given.has(id) ? reader : undefined;
  };
  const constants = new Map(
    steps.flatMap((step) =>
      step.primitive === "constant" && step.attributes.values.length === 1
        ? [[step.results[0], step.attributes.values[0]] as const]
        : [],
    ),
  );
  const at = new Map<number, FinishedConvolution>();
  const covered = new Set<number>();
  for (const [place, step] of steps.entries()) {
    if (step.primitive !== "conv") continue;
    const y = step.results[0] ?? -1;
    const adding = onlyReader(y);
    const sum = steps[adding ?? -1];
    if (adding === undefined || sum?.primitive !== "add") continue;
    const bias = sum.operands.find((id) => id !== y) ?? -1;
    const shape = values[bias]?.shape ?? [];
    const channels = values[y]?.shape[1] ?? 0;
    if (shape.length !== 4 || shape.some((extent, axis) => extent !== (axis === 1 ? channels : 1))) continue;
    const source = steps.find(({ results }) => results.includes(bias));
    if (channels === 1 && source !== undefined && isPointwise(source)) continue; // may be computed in the loop of the sum
    const shifted = sum.results[0] ?? -1;
    const cutting = onlyReader(shifted);
    const cut = steps[cutting ?? -1];
    const relu =
      cut?.primitive === "maximum" &&
      cut.operands[0] === shifted &&
      constants.get(cut.operands[1] ?? -1) === 0;
    covered.add(place);
    if (relu && cutting !== undefined) {
      covered.add(adding);
      at.set(cutting, { step, bias, relu, result: cut.results[0] ?? -1 });
    } else at.set(adding, { step, bias, relu: false, result: shifted });
  }
  return { at, covered };
}
