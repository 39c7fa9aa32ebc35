/** Which operation imposed which condition on the input's size. */

import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { readInputs } from "../../network/node-inputs.ts";
import { describeSet, type SetDescription } from "../../sizes/describe-set.ts";
import { formatSet, type Notation } from "../../sizes/format-set.ts";
import { formula } from "../../sizes/formula.ts";
import { divisors, lcm } from "../../sizes/integers.ts";
import { type PeriodicTable, periodicTable } from "../../sizes/periodic-table.ts";
import type { SizeFunction, SizeSet } from "../../sizes/size-function.ts";
import {
  allSizes,
  contains,
  equalSet,
  existsSet,
  intersect,
  isEmpty,
  without,
} from "../../sizes/size-set.ts";

/** Sizes that were accepted up to this operation, and no longer are after it. */
export interface Condition {
  /** "H" */
  readonly symbol: string;
  /** The size symbols of other axes of which the same holds. */
  readonly others: readonly string[];
  /** What this operation asks for by itself: "H mod 16 = 0". */
  readonly needs: string;
  /** Why: two sizes that have to be equal, as formulas, or the feature map that must not be empty. */
  readonly because: Because;
  /** What is accepted from here on. */
  readonly accepted: string;
  /** Both as exact sets of sizes. */
  readonly needsSizes: SetDescription;
  readonly acceptedSizes: SetDescription;
}

export type Because =
  | {
      readonly kind: "equal";
      readonly first: string;
      readonly second: string;
      readonly names: readonly [string, string];
      /** The formulas as tables. */
      readonly tables: readonly [PeriodicTable, PeriodicTable];
    }
  /** No table: the operation takes no feature map. */
  | { readonly kind: "exists"; readonly size: string; readonly sizeTable: PeriodicTable | null };

/** A condition as a set of sizes. */
export interface ImposedCondition {
  readonly node: number;
  readonly axis: 0 | 1;
  readonly symbol: string;
  /** What the operation asks for: of the sets that say the same of the sizes accepted so far, one of short period. */
  readonly needs: SizeSet;
  /** The two feature maps that have to be equal; `undefined`: the feature map itself has to exist. */
  readonly equal: readonly [GraphNode, GraphNode] | undefined;
  readonly before: SizeSet;
  readonly after: SizeSet;
}

/** In the graph's order. The sizes that meet them all are those that the graph accepts. */
export function imposedConditions(graph: Graph): readonly ImposedCondition[] {
  const accepted = new Map<string, SizeSet>();
  const taken = new Set<SizeFunction>();
  return graph.nodes.flatMap((node) =>
    ([0, 1] as const).flatMap((axis) => {
      const size = node.map.size[axis];
      const { symbol } = size;
      if (symbol === undefined || taken.has(size)) return [];
      taken.add(size);
      const before = accepted.get(symbol) ?? allSizes(symbol);
      const after = intersect(before, existsSet(size));
      if (after instanceof Refusal) return [];
      accepted.set(symbol, after);
      if (!loses(before, after)) return [];
      const pair = pairThatMeets(graph, node, axis, before, after);
      return [{ node: node.id, axis, symbol, needs: simplest(after, before), equal: pair, before, after }];
    }),
  );
}

/** By node number, in words. */
export function conditionsOf(graph: Graph, notation: Notation): ReadonlyMap<number, readonly Condition[]> {
  const found = new Map<number, Condition[]>();
  for (const imposed of imposedConditions(graph)) {
    const { node, symbol, needs, after } = imposed;
    const condition: Condition = {
      symbol,
      others: [],
      needs: formatSet(needs, notation),
      because: becauseOf(graph, imposed, notation),
      accepted: formatSet(after, notation),
      needsSizes: describeSet(needs),
      acceptedSizes: describeSet(after),
    };
    found.set(node, [...(found.get(node) ?? []), condition]);
  }
  return new Map([...found].map(([node, conditions]) => [node, likeTogether(conditions)]));
}

function becauseOf(
  graph: Graph,
  { node, axis, equal, before }: ImposedCondition,
  notation: Notation,
): Because {
  const text = ({ map }: GraphNode): string => formula(map.size[axis], before, notation);
  const table = ({ map }: GraphNode): PeriodicTable => periodicTable(map.size[axis], before);
  if (equal !== undefined) {
    const [first, second] = equal;
    return {
      kind: "equal",
      first: text(first),
      second: text(second),
      names: [first.name, second.name],
      tables: [table(first), table(second)],
    };
  }
  const input = graph.nodes[graph.nodes[node]?.inputs[0] ?? -1];
  if (input === undefined) return { kind: "exists", size: "", sizeTable: null };
  return { kind: "exists", size: text(input), sizeTable: table(input) };
}

/** The feature maps of a join whose being equal loses just the sizes that are lost. */
function pairThatMeets(
  graph: Graph,
  node: GraphNode,
  axis: 0 | 1,
  before: SizeSet,
  after: SizeSet,
): readonly [GraphNode, GraphNode] | undefined {
  const [first, ...others] = mapsThatMeet(graph, node);
  if (first === undefined) return undefined;
  const other = others.find((other) => {
    const equal = equalSet(first.map.size[axis], other.map.size[axis]);
    return !(equal instanceof Refusal) && loses(before, equal) && !loses(equal, after);
  });
  const some =
    other ??
    others.find((other) => {
      const equal = equalSet(first.map.size[axis], other.map.size[axis]);
      return !(equal instanceof Refusal) && loses(before, equal);
    });
  return some === undefined ? undefined : [first, some];
}

function loses(before: SizeSet, after: SizeSet): boolean {
  const lost = without(before, after);
  return !(lost instanceof Refusal) && !isEmpty(lost);
}

/** Those that must have one size. */
function mapsThatMeet(graph: Graph, node: GraphNode): readonly GraphNode[] {
  return readInputs(node).flatMap((id) => graph.nodes[id] ?? []);
}

/** One entry for axes that differ in their symbols only. */
function likeTogether(conditions: readonly Condition[]): readonly Condition[] {
  const texts = (condition: Condition): string => {
    const { needs, because, accepted, symbol } = condition;
    return JSON.stringify([needs, because, accepted]).replaceAll(new RegExp(`\\b${symbol}\\b`, "g"), "n");
  };
  return conditions.flatMap((condition) => {
    const like = conditions.filter((other) => texts(other) === texts(condition));
    if (like[0] !== condition) return [];
    return [{ ...condition, others: like.slice(1).map(({ symbol }) => symbol) }];
  });
}

/**
 * Of the sets that agree with `set` on `before`, the one of shortest period: what an operation asks beyond what was asked
 * already.
 */
function simplest(set: SizeSet, before: SizeSet): SizeSet {
  const settled = Math.max(set.prefix.length, before.prefix.length, 1);
  const period = lcm(set.cycle.length, before.cycle.length);
  const sizes = Array.from({ length: settled + period }, (_, n) => n).filter(
    (n) => n > 0 && contains(before, n),
  );
  const large = sizes.filter((n) => n >= settled);
  for (const divisor of divisors(period)) {
    const kept = new Set(large.filter((n) => contains(set, n)).map((n) => n % divisor));
    if (large.some((n) => !contains(set, n) && kept.has(n % divisor))) continue;
    const exception = sizes.findLast((n) => contains(set, n) !== kept.has(n % divisor));
    const start = exception === undefined ? 1 : exception + 1;
    // A size below that is accepted all the same cannot be said by a bound and remainders alone.
    if (sizes.some((n) => n < start && contains(set, n))) return set;
    const cycle = Array.from({ length: divisor }, (_, place) => kept.has((start + place) % divisor));
    return { symbol: set.symbol, prefix: new Array<boolean>(start).fill(false), cycle };
  }
  return set;
}
