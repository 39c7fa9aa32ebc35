/** Which block calls of a network are drawn as one box each, and which of those in a row share a box. */
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import { isJoin, readInputs } from "../../compiler/network/node-inputs.ts";
import { operationOf } from "../../compiler/ops/registry.ts";

/** So many innermost levels of block calls are closed. `Infinity`: every call, as far as the rest reads one result only. */
export type FoldLevel = number;

export interface Folding {
  readonly level: FoldLevel;
  /** Names of blocks whose calls stay open, and those around them. */
  readonly open: ReadonlySet<string>;
  /** A join that only a closed block reads belongs to the block. */
  readonly tight: boolean;
}

/** One call, or several in a row, drawn as one box: that of the last result. */
export interface ClosedBlock {
  readonly name: string;
  readonly times: number;
  readonly nodes: readonly number[];
  readonly result: number;
  /** The join before it that is drawn with it. */
  readonly join?: number;
}

/** A block call of the program, or one iteration of a loop, and those inside it. */
interface Call {
  readonly kind: "block" | "turn";
  readonly name: string;
  readonly nodes: number[];
  readonly inside: Map<string, Call>;
}

/**
 * `drawn`: the nodes that have a feature map of their own in the open figure. A call with fewer than two is a step already, so
 * it is never closed; nor is a call of which the rest reads more than its result.
 */
export function closedBlocks(
  graph: Graph,
  drawn: ReadonlySet<number>,
  { level, open, tight }: Folding,
): readonly ClosedBlock[] {
  if (level <= 0) return [];
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.flatMap(({ node, logits }) => [node, logits]));
  const calls = callsOf(graph);
  /** Iterations without an equal one beside them stay open. */
  const alone = new Set<Call>();
  let merged: readonly ClosedBlock[] = [];
  for (let before = -1; before !== alone.size; ) {
    before = alone.size;
    const closed: ClosedBlock[] = [];
    const turns = new Map<number, Call>();
    const visit = (some: Iterable<Call>): void => {
      for (const call of some) {
        const result = alone.has(call) ? undefined : resultOf(call, readers, outputs);
        const depth = depthOf(call, drawn);
        if (result !== undefined && depth > 0 && depth <= level && !opens(call, open)) {
          const name = call.kind === "block" ? call.name : turnName(graph, call);
          closed.push({ name, times: 1, nodes: call.nodes, result });
          if (call.kind === "turn") turns.set(result, call);
        } else visit(call.inside.values());
      }
    };
    visit(calls.values());
    merged = inRows(graph, closed, readers, outputs);
    for (const { result, times } of merged) {
      const turn = turns.get(result);
      if (times === 1 && turn !== undefined) alone.add(turn);
    }
  }
  return tight ? merged.map((block) => withJoin(graph, block, readers, outputs)) : merged;
}

/** "residual" where an iteration adds what it reads to what it makes of it. */
function turnName(graph: Graph, call: Call): string {
  const own = new Set(call.nodes);
  const adds = call.nodes.some((id) => {
    const node = graph.nodes[id];
    if (node === undefined || !isJoin(node) || operationOf(node).joins === "stacks") return false;
    return node.inputs.some((source) => !own.has(source));
  });
  return adds ? "residual" : "repeated";
}

function withJoin(
  graph: Graph,
  block: ClosedBlock,
  readers: ReadonlyMap<number, readonly number[]>,
  outputs: ReadonlySet<number>,
): ClosedBlock {
  const own = new Set(block.nodes);
  const inside = block.nodes.flatMap((id) => graph.nodes[id] ?? []);
  const [source, ...others] = new Set(inside.flatMap(readInputs).filter((id) => !own.has(id)));
  const join = graph.nodes[source ?? -1];
  if (join === undefined || others.length > 0 || !isJoin(join)) return block;
  const alone = (readers.get(join.id) ?? []).every((reader) => own.has(reader));
  if (!alone || outputs.has(join.id) || join.origin.label !== undefined) return block;
  return { ...block, nodes: [join.id, ...block.nodes], join: join.id };
}

/** The names of blocks that are called, in the order of their first calls. */
export function blockNames(graph: Graph): readonly string[] {
  const names = graph.nodes.flatMap(({ origin }) =>
    origin.scope.filter(({ kind }) => kind === "block").map(({ name }) => name),
  );
  return [...new Set(names)];
}

/** How many levels of calls can be closed. */
export function deepestFold(graph: Graph, drawn: ReadonlySet<number>): number {
  return Math.max(0, ...[...callsOf(graph).values()].map((call) => depthOf(call, drawn)));
}

function callsOf(graph: Graph): ReadonlyMap<string, Call> {
  const calls = new Map<string, Call>();
  for (const node of graph.nodes) {
    let around = calls;
    for (const [at, { kind, name }] of node.origin.scope.entries()) {
      if (kind === "path") continue;
      const key = JSON.stringify(
        node.origin.scope.slice(0, at + 1).map((one) => [one.kind, one.name, one.index]),
      );
      const call: Call = around.get(key) ?? { kind, name, nodes: [], inside: new Map() };
      around.set(key, call);
      call.nodes.push(node.id);
      around = call.inside;
    }
  }
  return calls;
}

/** 1 for a call that makes several feature maps and has no such call inside; 0 for a single step. */
function depthOf(call: Call, drawn: ReadonlySet<number>): number {
  if (call.nodes.filter((id) => drawn.has(id)).length < 2) return 0;
  return 1 + depthInside(call, drawn);
}

/** An iteration is no level of its own. */
function depthInside(call: Call, drawn: ReadonlySet<number>): number {
  const levels = [...call.inside.values()].map((inner) =>
    inner.kind === "block" ? depthOf(inner, drawn) : depthInside(inner, drawn),
  );
  return Math.max(0, ...levels);
}

function opens(call: Call, open: ReadonlySet<string>): boolean {
  return (
    (call.kind === "block" && open.has(call.name)) ||
    [...call.inside.values()].some((inner) => opens(inner, open))
  );
}

/** The only node of the call that anything outside reads. */
function resultOf(
  call: Call,
  readers: ReadonlyMap<number, readonly number[]>,
  outputs: ReadonlySet<number>,
): number | undefined {
  const own = new Set(call.nodes);
  const results = call.nodes.filter(
    (id) => outputs.has(id) || (readers.get(id) ?? []).some((reader) => !own.has(reader)),
  );
  const [result = call.nodes.at(-1), ...more] = results;
  return more.length > 0 ? undefined : result;
}

/** Calls of one block, each reading only the one before, that give feature maps of one shape. */
function inRows(
  graph: Graph,
  closed: readonly ClosedBlock[],
  readers: ReadonlyMap<number, readonly number[]>,
  outputs: ReadonlySet<number>,
): readonly ClosedBlock[] {
  const merged: ClosedBlock[] = [];
  for (const call of closed) {
    const last = merged.at(-1);
    if (last === undefined || !follows(graph, last, call, readers) || outputs.has(last.result))
      merged.push(call);
    else
      merged[merged.length - 1] = {
        ...call,
        times: last.times + 1,
        nodes: [...last.nodes, ...call.nodes],
      };
  }
  return merged;
}

function follows(
  graph: Graph,
  last: ClosedBlock,
  call: ClosedBlock,
  readers: ReadonlyMap<number, readonly number[]>,
): boolean {
  const [before, after] = [graph.nodes[last.result], graph.nodes[call.result]];
  if (before === undefined || after === undefined || last.name !== call.name) return false;
  if (before.origin.label !== undefined || !sameShape(before, after)) return false;
  const own = new Set(call.nodes);
  const sources = call.nodes
    .flatMap((id) => readInputs(graph.nodes[id] ?? before))
    .filter((id) => !own.has(id));
  return (
    sources.every((id) => id === last.result) &&
    (readers.get(last.result) ?? []).every((reader) => own.has(reader))
  );
}

function sameShape(one: GraphNode, other: GraphNode): boolean {
  const text = ({ map }: GraphNode): string => JSON.stringify([map.channels, map.size]);
  return one.map.channels === other.map.channels && (one.map === other.map || text(one) === text(other));
}

function readersOf(graph: Graph): ReadonlyMap<number, readonly number[]> {
  const readers = new Map<number, number[]>();
  for (const node of graph.nodes)
    for (const id of readInputs(node)) {
      const list = readers.get(id);
      if (list === undefined) readers.set(id, [node.id]);
      else list.push(node.id);
    }
  return readers;
}
