/**
 * An activation: a function of one value, as a formula with its derivative. Everything else about it derives from this: its word,
 * its node, targets, engines, figures, and the comparison with float64.
 */
import type { Formula } from "../formula.ts";

export interface NumberParameter {
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly default: number;
  readonly least?: number;
}

/** P: the names of its parameters, in the order in which a call gives them. */
export interface Activation<P extends string> {
  /** The word of the language. */
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  /** As figures of the literature write it: "leaky ReLU". */
  readonly label: string;
  readonly parameters: { readonly [N in P]: NumberParameter };
  readonly value: (parameters: { readonly [N in P]: number }) => Formula;
  /** By the value it is given. At a kink: of one side; its page says which. */
  readonly derivative: (parameters: { readonly [N in P]: number }) => Formula;
  /** Whether it about halves the second moment of its values (He et al. 2015, section 2.2); others bound them. */
  readonly rectifies: boolean;
  /** Whether its values are probabilities, of each channel by itself. */
  readonly probabilities?: true;
}

export function activation<P extends string = never>(declaration: Activation<P>): Activation<P> {
  return declaration;
}
