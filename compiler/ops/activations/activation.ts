/**
 * An activation: a function of one value, as a formula with its derivative. Everything else about it derives from this: its word,
 * its node, targets, engines, figures, and the comparison with float64.
 */
import type { Formula } from "../formula.ts";
import type { Operation } from "../operation.ts";

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
  /** As figures of the literature write it: "leaky ReLU"; with its parameters where they are what it is: "× 0.3". */
  readonly label: string | ((parameters: { readonly [N in P]: number }) => string);
  readonly parameters: { readonly [N in P]: NumberParameter };
  readonly value: (parameters: { readonly [N in P]: number }) => Formula;
  /** By the value it is given. At a kink: of one side; its page says which. */
  readonly derivative: (parameters: { readonly [N in P]: number }) => Formula;
  /** What it does to the second moment of its values: about halves it (He et al. 2015, section 2.2), keeps it in proportion, bounds it. */
  readonly moment: Operation<unknown>["moment"];
  /** Whether its values are probabilities, of each channel by itself. */
  readonly probabilities?: true;
}

export function activation<P extends string = never>(declaration: Activation<P>): Activation<P> {
  return declaration;
}
