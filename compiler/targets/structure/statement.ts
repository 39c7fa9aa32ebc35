/** What the body of a function is made of before it is written: calls, and loops where the same calls repeat. */
import type { GraphNode } from "../../network/graph.ts";

/** A feature map is called by the number of its node. */
export type MapId = number;

export interface Call {
  readonly kind: "call";
  readonly callee: LayerCode | BlockCall;
  readonly inputs: readonly MapId[];
  /** Under which its weights are filed; may hold `${i + 1}` in the body of a loop. `undefined`: it has none. */
  readonly name: string | undefined;
  readonly results: readonly MapId[];
  /** Every node that it computes. */
  readonly nodes: readonly MapId[];
  /** The node, or the last of the block. */
  readonly node: GraphNode;
}

/** A layer as a target writes it. */
export interface LayerCode {
  /** Equal in every iteration of a loop. */
  readonly code: string;
  /** Equal in every call of one block; without the numbers that may differ between them, which become parameters. */
  readonly kind: string;
}

export interface BlockCall {
  readonly block: BlockFunction;
  /** Of this call; those of the function are the same but for numbers. */
  readonly statements: readonly Statement[];
}

export interface Loop {
  readonly kind: "loop";
  readonly variable: string;
  readonly count: number;
  /** Of the first iteration, names written with the variable. */
  readonly body: readonly Call[];
  /** Of each iteration, with names as they are. */
  readonly turns: readonly (readonly Call[])[];
  /** A feature map that one iteration hands to the next. */
  readonly carry: { readonly before: MapId; readonly within: MapId; readonly after: MapId } | undefined;
  /** Feature maps of the iterations that are read after the loop. */
  readonly lists: readonly List[];
  /** What the body reads of lists, by the feature map that the first iteration reads there. */
  readonly elements: ReadonlyMap<MapId, Element>;
  readonly node: GraphNode;
}

export type Statement = Call | Loop;

export interface List {
  readonly name: string;
  /** By iteration, after those from before the loop. */
  readonly maps: readonly MapId[];
  /** How many are from before the loop. */
  readonly before: number;
}

export interface Element {
  readonly list: List;
  /** An expression: "3 - i". */
  readonly index: string;
}

/** A function or class that a block of the program became. */
export interface BlockFunction {
  /** In the emitted program. */
  readonly name: string;
  /** In the program. */
  readonly block: string;
  /** Its `///` lines. */
  readonly doc: string | undefined;
  readonly statements: readonly Statement[];
  readonly lists: readonly List[];
  readonly inputs: readonly MapId[];
  readonly results: readonly MapId[];
  /** What the names of its weights begin with in this call; `undefined`: names are whole. */
  readonly prefix: string | undefined;
}

/** Every call of a body in order, those in loops once. Calls of one block have equal lists but for numbers. */
export function callsIn(statements: readonly Statement[]): readonly Call[] {
  return statements.flatMap((statement) => (statement.kind === "call" ? [statement] : statement.body));
}

export function loopsIn(statements: readonly Statement[]): readonly Loop[] {
  return statements.filter((statement) => statement.kind === "loop");
}

/** What is read of the feature maps from before the statement. */
export function readsOf(statement: Statement): readonly MapId[] {
  if (statement.kind === "call") return statement.inputs;
  const read = statement.body.flatMap(({ inputs }) => inputs);
  const listed = statement.lists.flatMap(({ maps, before }) => maps.slice(0, before));
  return [...(statement.carry === undefined ? [] : [statement.carry.before]), ...listed, ...read];
}
