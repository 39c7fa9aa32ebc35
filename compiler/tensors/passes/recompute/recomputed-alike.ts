/** Programs that differ in sizes only, with the same steps computed again in each. */
import type { Program } from "../../program.ts";
import { droppedValues, type Recomputation } from "./dropped-values.ts";
import { recomputed } from "./recompute.ts";

/** What is dropped is decided by the first. @param recomputation `undefined`: nothing */
export function recomputedAlike(
  programs: readonly Program[],
  recomputation: Recomputation | undefined,
): readonly Program[] {
  const [first] = programs;
  if (recomputation === undefined || first === undefined) return programs;
  const dropped = droppedValues(first, recomputation);
  return programs.map((program) => recomputed(program, dropped));
}
