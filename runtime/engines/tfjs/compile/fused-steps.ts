/** Steps that one kernel of WebAssembly computes together. */
import type { Program, Step } from "../../../../compiler/tensors/program.ts";
import { type FinishedConvolution, finishedConvolutions } from "./finished-convolutions.ts";
import { type Softmax, softmaxes } from "./softmax.ts";

export type Fused = FinishedConvolution | Softmax;

export interface FusedSteps {
  /** By the place of the last step that it takes the place of. */
  readonly at: ReadonlyMap<number, Fused>;
  /** The places of the others. */
  readonly covered: ReadonlySet<number>;
}

/** What is fused, with the places of the steps whose place it takes, the last one last. */
export interface Found<F extends Fused> {
  readonly fused: F;
  readonly places: readonly number[];
}

export const noneFused: FusedSteps = { at: new Map(), covered: new Set() };

export function fusedSteps(program: Program): FusedSteps {
  const readers = new Readers(program);
  const found: readonly Found<Fused>[] = [
    ...finishedConvolutions(program, readers),
    ...softmaxes(program, readers),
  ];
  return {
    at: new Map(found.map(({ fused, places }) => [places.at(-1) ?? -1, fused])),
    covered: new Set(found.flatMap(({ places }) => places.slice(0, -1))),
  };
}

/** Which steps read a value. */
export class Readers {
  readonly #steps: Program["steps"];
  readonly #readers: readonly number[][];
  readonly #given: ReadonlySet<number>;

  constructor({ values, steps, outputs, updates }: Program) {
    this.#steps = steps;
    this.#readers = values.map((): number[] => []);
    for (const [place, { operands }] of steps.entries())
      for (const id of new Set(operands)) this.#readers[id]?.push(place);
    this.#given = new Set([...outputs, ...updates].map(({ value }) => value));
  }

  /** The steps that read it, where nothing else does. */
  of(value: number | undefined): readonly { readonly place: number; readonly step: Step }[] {
    if (value === undefined || this.#given.has(value)) return [];
    return (this.#readers[value] ?? []).flatMap((place) => {
      const step = this.#steps[place];
      return step === undefined ? [] : [{ place, step }];
    });
  }

  /** The step that alone reads it. */
  only(value: number | undefined): { readonly place: number; readonly step: Step } | undefined {
    const found = this.of(value);
    return found.length === 1 ? found[0] : undefined;
  }
}
