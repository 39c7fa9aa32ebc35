/**
 * From the order of nodes back to the program's structure: calls of one block with equal bodies share a function, and iterations
 * whose bodies differ in counted names alone are a loop.
 */
import type { Graph, GraphNode, ScopeStep } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { inputAt } from "../../ops/rules.ts";
import { alikeFrom, rollUp } from "./loops.ts";
import type { Names } from "./names.ts";
import {
  type BlockFunction,
  type Call,
  type LayerCode,
  type List,
  type Loop,
  type MapId,
  readsOf,
  type Statement,
} from "./statement.ts";

export interface Structure {
  readonly statements: readonly Statement[];
  readonly lists: readonly List[];
  readonly functions: readonly BlockFunction[];
  /** Every call of a function. */
  readonly instances: ReadonlyMap<BlockFunction, readonly BlockInstance[]>;
}

export interface BlockInstance {
  /** In the function's order of layers. */
  readonly nodes: readonly MapId[];
  readonly statements: readonly Statement[];
}

/** How a target writes programs. */
export interface Writing {
  readonly layer: (node: GraphNode) => WrittenLayer;
  /** Whether a function may take the iterations of its loops as a parameter. */
  readonly countsAreParameters: boolean;
  /** Whether dropout draws its masks by its name, so that two layers need two names. */
  readonly drawsByName: boolean;
}

export interface WrittenLayer extends LayerCode {
  /** Whether it needs the name under which its weights are filed. */
  readonly isNamed: boolean;
}

type Item =
  | { readonly kind: "node"; readonly node: GraphNode }
  | { readonly kind: "group"; readonly step: ScopeStep; readonly items: readonly Item[] };

/** @param wanted the nodes whose feature maps the network gives */
export function structureOf(
  graph: Graph,
  wanted: readonly MapId[],
  names: Names,
  writing: Writing,
): Structure {
  return new Structuring(graph, wanted, names, writing).run();
}

class Structuring {
  readonly #graph: Graph;
  readonly #names: Names;
  readonly #writing: Writing;
  readonly #readers = new Map<MapId, MapId[]>();
  /** By a section or block call that shares the weights of another: the name of that one. */
  readonly #sharing: ReadonlyMap<string, string>;
  readonly #functions = new Map<string, BlockFunction>();
  readonly #instances = new Map<BlockFunction, BlockInstance[]>();

  constructor(graph: Graph, wanted: readonly MapId[], names: Names, writing: Writing) {
    this.#graph = graph;
    this.#names = names;
    this.#writing = writing;
    this.#sharing = sharingOf(graph);
    for (const node of graph.nodes) for (const id of node.inputs) this.#read(id, node.id);
    for (const id of wanted) this.#read(id, Number.POSITIVE_INFINITY);
  }

  run(): Structure {
    const nodes = this.#graph.nodes.filter((node) => !isInput(node));
    const { statements, lists } = this.#lower(itemsOf(nodes, 0));
    return {
      statements,
      lists,
      functions: [...this.#functions.values()],
      instances: this.#instances,
    };
  }

  #read(id: MapId, by: MapId): void {
    this.#readers.set(id, [...(this.#readers.get(id) ?? []), by]);
  }

  /** Whether a feature map is read by a node outside the range, which is given. */
  #isReadOutside(id: MapId, inside: ReadonlySet<MapId>): boolean {
    return (this.#readers.get(id) ?? []).some((reader) => !inside.has(reader));
  }

  #lower(items: readonly Item[]): { statements: readonly Statement[]; lists: readonly List[] } {
    const statements: Statement[] = [];
    const lists: List[] = [];
    for (let at = 0; at < items.length; ) {
      const item = items[at];
      if (item === undefined) break;
      const turns = item.kind === "group" && item.step.kind === "turn" ? turnsFrom(items, at) : [];
      if (turns.length > 0) {
        const bodies = turns.map((turn) => this.#lower(turn.items).statements);
        this.#rollUp(turns[0]?.step.name ?? "i", bodies, statements, lists);
        at += turns.length;
        continue;
      }
      statements.push(item.kind === "node" ? this.#call(item.node) : this.#block(item));
      at += 1;
    }
    return { statements, lists };
  }

  /** Iterations that follow each other and are alike are loops; the others are written one by one. */
  #rollUp(
    variable: string,
    bodies: readonly (readonly Statement[])[],
    statements: Statement[],
    lists: List[],
  ): void {
    const inside = (ids: ReadonlySet<MapId>) => (id: MapId) => this.#isReadOutside(id, ids);
    for (let at = 0; at < bodies.length; ) {
      const alike = alikeFrom(bodies, at);
      const made = statements.flatMap((statement) => (statement.kind === "call" ? statement.results : []));
      let loop: Loop | undefined;
      // The last of them may read something else.
      for (let end = at + alike; loop === undefined && end > at + 1 && end >= at + alike - 1; end -= 1)
        loop = rollUp(variable, bodies.slice(at, end), { lists, made }, inside, this.#names);
      if (loop === undefined) statements.push(...(bodies[at] ?? []));
      else {
        statements.push(loop);
        lists.push(...loop.lists);
      }
      at += loop?.count ?? 1;
    }
  }

  #call(node: GraphNode): Call {
    const { code, kind, isNamed } = this.#writing.layer(node);
    const owner = node.sharesWith === undefined ? node : inputAt(this.#graph.nodes, node.sharesWith);
    const name = isNamed ? (owner === node ? this.#sharedName(node) : owner.name) : undefined;
    return {
      kind: "call",
      callee: { code, kind },
      inputs: node.inputs,
      name,
      results: [node.id],
      nodes: [node.id],
      node,
    };
  }

  /** A layer without weights, as dropout, in a section that shares those of another has its name there: both are calls of one class. */
  #sharedName({ name, weights }: GraphNode): string {
    if (weights.length > 0 || this.#writing.drawsByName) return name;
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const owner = this.#sharing.get(name.slice(0, dot));
      if (owner !== undefined) return `${owner}${name.slice(dot)}`;
    }
    return name;
  }

  #block({ step, items }: Extract<Item, { kind: "group" }>): Call {
    const { statements, lists } = this.#lower(items);
    const inside = new Set(nodesIn(items).map(({ id }) => id));
    const results = [...inside].filter((id) => this.#isReadOutside(id, inside));
    const inputs = [...new Set(statements.flatMap(inputsOf))].filter((id) => !inside.has(id));
    const named = statements.flatMap(namesIn);
    const prefix = named.length === 0 ? undefined : commonPrefix(named);
    const key = JSON.stringify([
      step.name,
      keyOf(statements, inputs, results, prefix, this.#writing.countsAreParameters),
    ]);
    const known = this.#functions.get(key);
    const made = known ?? {
      name: this.#names.unique(this.#names.callable(step.name)),
      block: step.name,
      doc: step.doc,
      statements,
      lists,
      inputs,
      results,
      prefix,
    };
    if (known === undefined) this.#functions.set(key, made);
    const nodes = [...inside];
    this.#instances.set(made, [...(this.#instances.get(made) ?? []), { nodes, statements }]);
    const last = nodesIn(items).at(-1);
    if (last === undefined) throw new Error(`the block ${step.name} has no nodes`);
    const callee = { block: made, statements };
    return { kind: "call", callee, inputs, name: prefix, results, nodes, node: last };
  }
}

/** "b" → "a" of the layers b.stage.conv1 and a.stage.conv1 with the same weights: what their names begin with until they are alike. */
function sharingOf({ nodes }: Graph): ReadonlyMap<string, string> {
  const sharing = new Map<string, string>();
  for (const { name, sharesWith } of nodes) {
    if (sharesWith === undefined) continue;
    const [own, other] = [name.split("."), inputAt(nodes, sharesWith).name.split(".")];
    while (own.length > 1 && other.length > 1 && own.at(-1) === other.at(-1)) {
      own.pop();
      other.pop();
    }
    if (own.length < name.split(".").length) sharing.set(own.join("."), other.join("."));
  }
  return sharing;
}

/** Nodes under the scopes around them; paths of a fork are not shown. */
function itemsOf(nodes: readonly GraphNode[], depth: number): readonly Item[] {
  const items: Item[] = [];
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at];
    if (node === undefined) break;
    const step = node.origin.scope[depth];
    if (step === undefined) {
      items.push({ kind: "node", node });
      at += 1;
      continue;
    }
    let end = at;
    while (end < nodes.length && sameStep(nodes[end]?.origin.scope[depth], step)) end += 1;
    const within = itemsOf(nodes.slice(at, end), depth + 1);
    if (step.kind === "path") items.push(...within);
    else items.push({ kind: "group", step, items: within });
    at = end;
  }
  return items;
}

function sameStep(a: ScopeStep | undefined, b: ScopeStep): boolean {
  return a !== undefined && a.kind === b.kind && a.name === b.name && a.index === b.index;
}

type Turn = Extract<Item, { kind: "group" }>;

/** The iterations of one loop, from a place on. */
function turnsFrom(items: readonly Item[], from: number): readonly Turn[] {
  const turns: Turn[] = [];
  for (const item of items.slice(from)) {
    const last = turns.at(-1)?.step;
    if (item.kind !== "group" || item.step.kind !== "turn") break;
    if (last !== undefined && !(item.step.name === last.name && item.step.index === last.index + 1)) break;
    turns.push(item);
  }
  return turns;
}

function nodesIn(items: readonly Item[]): readonly GraphNode[] {
  return items.flatMap((item) => (item.kind === "node" ? [item.node] : nodesIn(item.items)));
}

function inputsOf(statement: Statement): readonly MapId[] {
  if (statement.kind === "call") return statement.inputs;
  const made = new Set([...statement.body.flatMap(({ results }) => results)]);
  const listed = [...statement.elements.values()].map(({ list }) => list.maps[0] ?? -1);
  const own = new Set([...listed, ...statement.elements.keys()]);
  return readsOf(statement).filter((id) => !made.has(id) && !own.has(id));
}

/** What a block passes on has a dot after it, so that its whole name may be the prefix. */
function namesIn(statement: Statement): readonly string[] {
  if (statement.kind === "loop") return statement.body.flatMap(namesIn);
  if (statement.name === undefined) return [];
  return ["block" in statement.callee ? `${statement.name}.` : statement.name];
}

/** What all names begin with, up to a dot; `undefined`: nothing. */
function commonPrefix(names: readonly string[]): string | undefined {
  const [first = ""] = names;
  let length = first.length;
  for (const name of names) {
    let same = 0;
    while (same < length && name[same] === first[same]) same += 1;
    length = same;
  }
  const common = first.slice(0, length);
  const fixed = common.includes("$") ? common.slice(0, common.indexOf("$")) : common;
  const dot = fixed.lastIndexOf(".");
  return dot <= 0 ? undefined : fixed.slice(0, dot);
}

/** The same for bodies that are equal but for the numbers of feature maps, the prefix of names, and what becomes a parameter. */
function keyOf(
  statements: readonly Statement[],
  inputs: readonly MapId[],
  results: readonly MapId[],
  prefix: string | undefined,
  countsAreParameters: boolean,
): unknown {
  const numbers = new Map<MapId, number>();
  const number = (id: MapId): number => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  inputs.forEach(number);
  const call = ({ callee, inputs: read, name, results: made }: Call): unknown => [
    "block" in callee ? callee.block.name : callee.kind,
    read.map(number),
    name?.slice(prefix?.length ?? 0),
    made.map(number),
  ];
  const bodies = statements.map((statement) =>
    statement.kind === "call"
      ? call(statement)
      : [
          countsAreParameters && statement.lists.length === 0 ? 0 : statement.count,
          statement.carry && Object.values(statement.carry).map(number),
          statement.body.map(call),
          statement.lists.map(({ maps, before }) => [maps.map(number), before]),
          [...statement.elements].map(([id, { index }]) => [number(id), index]),
        ],
  );
  return [bodies, results.map(number), prefix === undefined];
}
