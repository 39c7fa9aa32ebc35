/** How each input of a network was normalised, by its name. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { Normalisation } from "../arrays.ts";
import { imageInputs } from "../fit/fit.ts";

/** As weights files hold them: of the first input, and of the others by name. */
export interface StoredNormalisations {
  readonly normalisation: Normalisation;
  readonly otherNormalisations?: Readonly<Record<string, Normalisation>>;
}

/** By input name. */
export function normalisationsOf(
  graph: Graph,
  { normalisation, otherNormalisations = {} }: StoredNormalisations,
): ReadonlyMap<string, Normalisation> {
  return new Map([
    [imageInputs(graph)[0].attributes.name, normalisation],
    ...Object.entries(otherNormalisations),
  ]);
}

/** @param inputs in the order of the graph */
export function storedNormalisations(
  inputs: readonly { readonly name: string; readonly normalisation: Normalisation }[],
): Required<StoredNormalisations> {
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error("a network has an input");
  return {
    normalisation: first.normalisation,
    otherNormalisations: Object.fromEntries(others.map(({ name, normalisation }) => [name, normalisation])),
  };
}
