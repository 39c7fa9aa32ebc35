/** Renames the tensors of a weights file to the names of a network, by a name map. */

import type { Graph } from "../../compiler/network/graph.ts";
import { quoteName } from "./quote-name.ts";
import { didYouMean, renamingOf } from "./rename-tensors.ts";
import type { WeightFile } from "./safetensors.ts";
import { mapError, type Renaming, type WeightMap } from "./weight-map.ts";
import { weightsOf } from "./weight-name.ts";

type Tensors = Pick<WeightFile, "weights" | "unread">;

/** What PyTorch calls the weights of a normalisation, beside names that are the same; for lines with `*`. */
const pytorchNames: ReadonlyMap<string, string> = new Map([
  ["weight", "scale"],
  ["bias", "shift"],
  ["running_var", "running_variance"],
]);

/**
 * Tensors that no line names keep their names. Tensors that cannot be weights (`unread`) may be caught by a `*` in vain.
 * @throws UserError naming the line of the map whose tensor the file lacks, whose name the network lacks, or that gives a tensor the
 *   name of another.
 */
export function renameWeights(tensors: Tensors, map: WeightMap, graph: Graph): Tensors {
  const names = [...tensors.weights.keys(), ...(tensors.unread?.keys() ?? [])];
  const wanted = new Set(weightsOf(graph).map(({ name }) => name));
  const lineOf = renamingOf(map, names);
  checkTargets(wanted, map, graph.name);
  const takenBy = new Map<string, string>();
  const renamed = (name: string, readable: boolean): string | undefined => {
    const renaming = lineOf(name);
    const to = renaming === undefined ? name : targetOf(name, renaming, wanted);
    if (to === undefined) return undefined;
    if (renaming?.all && !wanted.has(to)) {
      if (!readable) return undefined;
      throw mapError(
        map.file,
        renaming.line,
        `${quoteName(name)} becomes ${quoteName(to)}, which ${graph.name} does not have`,
        didYouMean(to, wanted) ?? `write ${name} -> unused to leave it out`,
      );
    }
    const before = takenBy.get(to);
    if (before !== undefined) {
      const line = renaming?.line ?? lineOf(before)?.line;
      throw mapError(
        map.file,
        line ?? 1,
        `${quoteName(before)} and ${quoteName(name)} both become ${quoteName(to)}`,
      );
    }
    takenBy.set(to, name);
    return to;
  };
  const under = <T>(entries: ReadonlyMap<string, T>, readable: boolean): Map<string, T> =>
    new Map(
      [...entries].flatMap(([name, tensor]) => {
        const to = renamed(name, readable);
        return to === undefined ? [] : [[to, tensor] as const];
      }),
    );
  return { weights: under(tensors.weights, true), unread: under(tensors.unread ?? new Map(), false) };
}

function targetOf(
  name: string,
  { from, to, all }: Renaming,
  wanted: ReadonlySet<string>,
): string | undefined {
  if (to === undefined || !all) return to;
  const target = to + name.slice(from.length);
  if (wanted.has(target)) return target;
  const dot = target.lastIndexOf(".") + 1;
  const own = pytorchNames.get(target.slice(dot));
  const translated = own === undefined ? target : target.slice(0, dot) + own;
  return wanted.has(translated) ? translated : target;
}

function checkTargets(wanted: ReadonlySet<string>, { file, renamings }: WeightMap, network: string): void {
  for (const { to, all, line } of renamings) {
    if (to === undefined || (all ? [...wanted].some((name) => name.startsWith(to)) : wanted.has(to)))
      continue;
    const what = all
      ? `no weight of ${network} begins with ${quoteName(to)}`
      : `${network} has no weight ${quoteName(to)}`;
    throw mapError(file, line, what, didYouMean(to, wanted));
  }
}
