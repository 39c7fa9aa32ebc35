/** Compares every size that the compiler states with the positions counted by running, at every input size, and the accepted sizes. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { isAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { shapeGraph } from "../../../compiler/network/shape-graph.ts";
import { sizeAt } from "../../../compiler/sizes/size-table.ts";
import { comparePlaces } from "./compare-places.ts";
import type { FoundOutput, Visit } from "./execute.ts";
import { finestSize } from "./input-units.ts";
import { type Disagreement, lineOf, type Subject, sizesOf, symbolOf } from "./subject.ts";

/** Every input size from 1 to this is run. */
export const largestSize = 200;

/** Of one network: the first few show what is wrong. */
const mostToShow = 5;

export interface SizeComparison {
  readonly disagreements: readonly Disagreement[];
  /** Values of a symbol at which every feature map exists along all the axes that depend on it, up to `largestSize`. */
  readonly accepted: ReadonlyMap<string, readonly number[]>;
  /** Single sizes that were compared: one feature map, one axis, one input size. */
  readonly compared: number;
}

export function compareSizes(subject: Subject, graph: Graph): SizeComparison {
  const disagreements: Disagreement[] = [];
  const say = (about: string, detail: string): void => {
    if (disagreements.length < mostToShow) disagreements.push({ about, detail });
  };
  let compared = 0;
  const everywhere = new Map<string, boolean[]>();
  const misplaced: { readonly name: string; readonly size: number; readonly detail: string }[] = [];
  for (const axis of [0, 1] as const) {
    const symbol = symbolOf(subject.program, axis);
    const name = symbol ?? "";
    const finest = finestSize(subject.program, axis);
    const known = everywhere.get(name) ?? [];
    everywhere.set(name, known);
    for (const size of sizesOf(subject, axis, largestSize)) {
      const { visits, outputs } = subject.countedAt(axis, size);
      const fault = structureFault(subject, graph, visits) ?? outputFault(graph, outputs);
      if (fault !== undefined) {
        say("structure", fault);
        return { disagreements, accepted: new Map(), compared };
      }
      for (const [id, visit] of visits.entries()) {
        const node = graph.nodes[id];
        if (node === undefined) continue;
        const found = visit.result?.map?.cells.length;
        const stated = sizeAt(node.map.size[axis], size);
        compared += 1;
        const where = `${node.name} (line ${lineOf(subject, visit.place)}), axis ${axis}, ${symbol ?? "constant"} = ${size}`;
        if (found !== stated) say("size", `${where}: stated ${stated}, found ${found}`);
        for (const detail of comparePlaces(node, axis, visit, finest))
          misplaced.push({ name, size, detail: `${where}: ${detail}` });
      }
      known[size] = (known[size] ?? true) && visits.every(({ result }) => result?.map !== undefined);
    }
  }
  // Places are claimed for the sizes the network accepts; a centred crop may crop differently elsewhere.
  for (const { name, size, detail } of misplaced) if (everywhere.get(name)?.[size]) say("place", detail);
  const accepted = new Map<string, readonly number[]>();
  for (const [name, known] of everywhere) {
    const found = known.flatMap((whole, size) => (whole ? [size] : []));
    if (name === "") {
      if (found.length === 0) say("accepted sizes", "a constant size has no result");
      continue;
    }
    accepted.set(name, found);
    const stated = graph.accepts.get(name);
    for (const size of sizesOfSymbol()) {
      const claimed = stated !== undefined && isAccepted(stated, size);
      if (claimed !== found.includes(size))
        say("accepted sizes", `${name} = ${size}: stated ${claimed}, found ${!claimed}`);
    }
  }
  for (const detail of compareShapes(graph, accepted)) say("shapes", detail);
  return { disagreements, accepted, compared };
}

function sizesOfSymbol(): readonly number[] {
  return Array.from({ length: largestSize }, (_, index) => index + 1);
}

/** Whether the graph has one node for each feature map that running makes, in its order, at its line and with its channels. */
function structureFault(subject: Subject, graph: Graph, visits: readonly Visit<null>[]): string | undefined {
  if (visits.length !== graph.nodes.length)
    return `the graph has ${graph.nodes.length} nodes, running makes ${visits.length} maps`;
  for (const [id, visit] of visits.entries()) {
    const node = graph.nodes[id];
    const span = node?.origin.calledAt ?? node?.origin.span;
    const line = span === undefined ? undefined : subject.lineAt(span.start);
    if (line !== lineOf(subject, visit.place))
      return `node ${id} comes from line ${line}, running makes map ${id} at line ${lineOf(subject, visit.place)}`;
    if (visit.result?.channels !== node?.map.channels)
      return `line ${line}: stated ${node?.map.channels} channels, found ${visit.result?.channels}`;
  }
  return undefined;
}

/** Whether the graph has the outputs that running finds, in their order. */
function outputFault(graph: Graph, outputs: readonly FoundOutput[]): string | undefined {
  const text = (name: string, node: number | undefined, logits: number | undefined, by = "nothing"): string =>
    `${name} (${node} from ${logits} by ${by})`;
  const stated = graph.outputs.map(({ name, node, logits, activation }) =>
    text(name, node, logits, activation),
  );
  const found = outputs.map(({ name, visit, logits, activation }) => text(name, visit, logits, activation));
  return stated.join() === found.join()
    ? undefined
    : `the graph has the outputs ${stated.join(", ")}, running makes ${found.join(", ")}`;
}

/** The graph gives shapes at exactly the sizes that were found to be accepted. */
function* compareShapes(graph: Graph, accepted: ReadonlyMap<string, readonly number[]>): Iterable<string> {
  const usual = new Map([...accepted].map(([symbol, sizes]) => [symbol, sizes[0]] as const));
  for (const [symbol, sizes] of accepted) {
    for (const size of sizesOfSymbol()) {
      const values = new Map<string, number>();
      for (const [other, value] of usual) if (value !== undefined) values.set(other, value);
      values.set(symbol, size);
      if (values.size < accepted.size) continue; // the other axis accepts no size that was run
      const shaped = shapeGraph(graph, values).kind === "shaped";
      if (shaped !== sizes.includes(size)) yield `${symbol} = ${size}: shapes ${shaped}, found ${!shaped}`;
    }
  }
}
