/** Steps that one kernel of WebAssembly computes together. */
import type { Program } from "../../../../compiler/tensors/program.ts";
import { type FinishedConvolution, finishedConvolutions } from "./finished-convolutions.ts";
import { type Fusion, Readers } from "./readers.ts";
import { type Softmax, softmaxes } from "./softmax.ts";

export type Fused = FinishedConvolution | Softmax;

export interface FusedSteps {
  /** By the place of the last step that it takes the place of. */
  readonly at: ReadonlyMap<number, Fused>;
  /** The places of the others. */
  readonly covered: ReadonlySet<number>;
}

export const noneFused: FusedSteps = { at: new Map(), covered: new Set() };

export function fusedSteps(program: Program): FusedSteps {
  const readers = new Readers(program);
  const found: readonly Fusion<Fused>[] = [
    ...finishedConvolutions(program, readers),
    ...softmaxes(program, readers),
  ];
  return {
    at: new Map(found.map(({ fused, places }) => [places.at(-1) ?? -1, fused])),
    covered: new Set(found.flatMap(({ places }) => places.slice(0, -1))),
  };
}
