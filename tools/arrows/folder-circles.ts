/** Circles of imports among the entries of one folder: its files, and its folders taken as wholes. */
import type { Import } from "./import-graph.ts";

/** A step of a circle: an entry, and an import that leads from it to the next entry. */
export interface CircleStep {
  readonly entry: string;
  readonly example: Import;
  /** How many imports lead from this entry to the next. */
  readonly imports: number;
}

export interface FolderCircle {
  /** The folder whose entries form the circle; "" is the root. */
  readonly folder: string;
  readonly steps: readonly CircleStep[];
}

/** Entry → the entries it imports → those imports. */
type EntryGraph = Map<string, Map<string, Import[]>>;

/** A shortest circle through each entry that is in one, each circle once. */
export function folderCircles(imports: readonly Import[]): readonly FolderCircle[] {
  return [...entryGraphs(imports)].flatMap(([folder, graph]) => {
    const covered = new Set<string>();
    return [...graph.keys()].sort().flatMap((entry): readonly FolderCircle[] => {
      if (covered.has(entry)) return [];
      const circle = shortestCircle(graph, entry);
      if (circle === undefined) return [];
      for (const step of circle) covered.add(step.entry);
      return [{ folder, steps: circle }];
    });
  });
}

/** The two paths share a folder and then differ: that is the folder in which the import is an arrow between entries. */
function entryGraphs(imports: readonly Import[]): ReadonlyMap<string, EntryGraph> {
  const graphs = new Map<string, EntryGraph>();
  for (const each of imports) {
    const from = each.from.split("/");
    const to = each.to.split("/");
    const depth = from.findIndex((part, index) => part !== to[index]);
    const [source, target] = [from[depth], to[depth]];
    if (source === undefined || target === undefined) continue;
    const folder = from.slice(0, depth).join("/");
    const graph: EntryGraph = graphs.get(folder) ?? new Map();
    graphs.set(folder, graph);
    const targets = graph.get(source) ?? new Map<string, Import[]>();
    graph.set(source, targets);
    targets.set(target, [...(targets.get(target) ?? []), each]);
  }
  return graphs;
}

/** Breadth first from `start` back to itself. */
function shortestCircle(graph: EntryGraph, start: string): readonly CircleStep[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const entry of queue) {
    for (const next of graph.get(entry)?.keys() ?? []) {
      if (next === start) return stepsOf(graph, start, entry, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, entry);
      queue.push(next);
    }
  }
  return undefined;
}

function stepsOf(
  graph: EntryGraph,
  start: string,
  last: string,
  cameFrom: ReadonlyMap<string, string>,
): readonly CircleStep[] {
  const entries = [last];
  for (let at = last; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    entries.unshift(at);
  }
  return entries.map((entry, index) => {
    const found = graph.get(entry)?.get(entries[(index + 1) % entries.length] ?? start) ?? [];
    const [example] = found;
    if (example === undefined) throw new Error(`no import leads on from ${entry}`);
    return { entry, example, imports: found.length };
  });
}
