/** New names for the tensors of a file that no network is asked about: a prefix removed, then a name map. */
import { nearestName } from "../../compiler/nearest.ts";
import { UserError } from "../user-error.ts";
import { quoteName } from "./quote-name.ts";
import { mapError, type Renaming, type WeightMap } from "./weight-map.ts";

export interface Renamings {
  /** "module.": removed from the names that begin with it, before the map is applied. */
  readonly strip?: string | undefined;
  readonly map?: WeightMap | undefined;
}

/**
 * @returns the new name by the old one; tensors of `-> unused` are left out
 * @throws UserError naming the prefix or the line of the map that no tensor has, or two tensors that get the same name
 */
export function newNames(
  file: string,
  names: readonly string[],
  { strip, map }: Renamings,
): ReadonlyMap<string, string> {
  const stripped = new Map(names.map((name) => [name, withoutPrefix(name, strip)]));
  if (strip !== undefined && ![...stripped].some(([before, after]) => before !== after))
    throw new UserError(
      `no tensor of ${file} begins with ${quoteName(strip)}`,
      "fcn weights show lists their names",
    );
  const renaming = map === undefined ? undefined : renamingOf(map, [...stripped.values()]);
  const renamed = new Map<string, string>();
  const takenBy = new Map<string, string>();
  for (const [before, after] of stripped) {
    const line = renaming?.(after);
    const to = line === undefined ? after : targetOf(after, line);
    if (to === undefined) continue;
    const other = takenBy.get(to);
    if (other !== undefined) {
      const what = `${quoteName(other)} and ${quoteName(before)} both become ${quoteName(to)}`;
      throw map === undefined || line === undefined
        ? new UserError(`${file}: ${what}`, "rename one of them by --map")
        : mapError(map.file, line.line, what);
    }
    takenBy.set(to, before);
    renamed.set(before, to);
  }
  return renamed;
}

function withoutPrefix(name: string, prefix: string | undefined): string {
  return prefix !== undefined && name.startsWith(prefix) && name.length > prefix.length
    ? name.slice(prefix.length)
    : name;
}

/** The line of a map that a name falls under: an exact one, else the one with the longest beginning. */
export function renamingOf(map: WeightMap, names: readonly string[]): (name: string) => Renaming | undefined {
  checkSources(names, map);
  const exact = new Map(map.renamings.filter(({ all }) => !all).map((renaming) => [renaming.from, renaming]));
  const beginnings = map.renamings.filter(({ all }) => all).sort((a, b) => b.from.length - a.from.length);
  return (name) => exact.get(name) ?? beginnings.find(({ from }) => name.startsWith(from));
}

/** `undefined`: left out. */
function targetOf(name: string, { from, to, all }: Renaming): string | undefined {
  return to === undefined || !all ? to : to + name.slice(from.length);
}

function checkSources(names: readonly string[], { file, renamings }: WeightMap): void {
  const known = new Set(names);
  for (const { from, all, line } of renamings) {
    if (all ? names.some((name) => name.startsWith(from)) : known.has(from)) continue;
    const what = all
      ? `no tensor of the weights file begins with ${quoteName(from)}`
      : `the weights file has no tensor ${quoteName(from)}`;
    throw mapError(file, line, what, didYouMean(from, known));
  }
}

/** For the help of a message. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(name, known);
  return nearest === undefined ? undefined : `did you mean ${quoteName(nearest)}?`;
}
