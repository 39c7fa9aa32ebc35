/** Mistakes of outputs: one that the members of a family share is reported once and names them all. */
import { familyOf } from "../../family.ts";

type Report = (outputs: readonly string[]) => void;

export class OutputProblems {
  readonly #groups = new Map<string, { readonly outputs: string[]; readonly report: Report }>();

  /** @param about the same for the same mistake at the same place */
  add(output: string, about: string, report: Report): void {
    const key = `${familyOf(output) ?? output} ${about}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { outputs: [output], report });
    else group.outputs.push(output);
  }

  report(): void {
    for (const { outputs, report } of this.#groups.values()) report(outputs);
  }
}
