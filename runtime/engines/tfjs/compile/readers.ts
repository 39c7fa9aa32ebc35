/** Which steps read a value: whether steps can be computed together. */
import type { Program, Step } from "../../../../compiler/tensors/program.ts";

/** What is fused, with the places of the steps whose place it takes, the last one last. */
export interface Fusion<F> {
  readonly fused: F;
  readonly places: readonly number[];
}

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
