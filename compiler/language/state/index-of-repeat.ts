/** `x[i]` inside `repeat`, whose iterations have no number. */
import type { ScopeStep } from "../../network/graph.ts";

/** The help for such a name where it is unknown; `undefined` for other names and elsewhere. */
export function indexOfRepeat(name: string, path: readonly ScopeStep[]): string | undefined {
  const around = path.findLast(({ kind }) => kind !== "path");
  const inRepeat = around?.kind === "turn" && around.name === "repeat";
  if (!inRepeat || !/^(i|j|k|idx|index)$/u.test(name)) return undefined;
  return `repeat does not number its iterations: write for ${name} in 0 ..< n { … } instead of repeat n { … }`;
}
