/** Definitions of what is one formula. */
import type { Definition } from "./definition.ts";

export interface WithFormula {
  /** As the paper writes it, on one line. */
  readonly formula: string;
}

export function withFormula<N extends string, S extends object>(
  definition: Definition<N, S>,
  formula: string,
): Definition<N, S> & WithFormula {
  return { ...definition, formula };
}
