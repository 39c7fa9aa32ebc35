/** How each input of a network was normalised, by its name: what a session needs to know of its inputs. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { Normalisation } from "../arrays.ts";
import { imageInputs } from "../fit/fit.ts";

/**
 * @param first of the first input
 * @param others by name
 */
export function inputNormalisations(
  graph: Graph,
  first: Normalisation,
  others: Readonly<Record<string, Normalisation>> = {},
): ReadonlyMap<string, Normalisation> {
  return new Map([[imageInputs(graph)[0].attributes.name, first], ...Object.entries(others)]);
}
