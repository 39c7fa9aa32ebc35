/** Iterations whose bodies differ in counted names alone, as a loop. */
import type { Names } from "./names.ts";
import {
  type Call,
  callsIn,
  type Element,
  type List,
  type Loop,
  loopsIn,
  type MapId,
  type Statement,
} from "./statement.ts";

/**
 * @param bodies iterations that do the same (`alikeFrom`)
 * @returns `undefined` where they read other feature maps, or file weights under names that are not counted
 * @param earlier what the same function did before
 * @param readOutside whether a feature map is read outside some nodes
 */
export function rollUp(
  variable: string,
  bodies: readonly (readonly Statement[])[],
  earlier: Earlier,
  readOutside: (inside: ReadonlySet<MapId>) => (id: MapId) => boolean,
  names: Names,
): Loop | undefined {
  const calls = bodies.map(callsOf);
  const [first] = calls;
  const last = first?.at(-1);
  if (calls.length < 2 || first === undefined || last === undefined) return undefined;
  const counter = variable === "repeat" || !/^[a-z]\w*$/i.test(variable) ? "i" : names.identifier(variable);
  const turns = calls.filter((body) => body !== undefined);
  if (turns.length < calls.length) return undefined;
  const body: Call[] = [];
  for (const [place, call] of first.entries()) {
    const others = turns.map((turn) => turn[place]).filter((other) => other !== undefined);
    const name = countedName(
      others.map((other) => other.name),
      counter,
    );
    if (name === "differs") return undefined;
    body.push({ ...call, name });
  }
  const flow = flowOf(turns, earlier.lists, counter);
  if (flow === undefined) return undefined;
  const made = turns.map((turn) => turn.flatMap(({ results }) => results));
  const kept: List[] = [];
  for (const [slot, id] of (made[0] ?? []).entries()) {
    const ids = made.map((turn) => turn[slot] ?? -1);
    const isCarried = flow.carry?.slot === slot;
    const needed = ids.some((each, turn) => {
      if (isCarried && turn === ids.length - 1) return false;
      const inside = new Set([
        ...nodesOf(bodies[turn] ?? []),
        ...(isCarried ? nodesOf(bodies[turn + 1] ?? []) : []),
      ]);
      return readOutside(inside)(each);
    });
    if (!needed) continue;
    const before = itemsBefore(id, earlier, names).filter(readOutside(new Set(nodesOf(bodies[0] ?? []))));
    const name = names.unique(listName(first, id, names));
    kept.push({ name, maps: [...before, ...ids], before: before.length });
  }
  const { carry } = flow;
  return {
    kind: "loop",
    variable: counter,
    count: turns.length,
    body,
    turns,
    carry: carry && {
      before: carry.before,
      within: made[0]?.[carry.slot] ?? -1,
      after: made.at(-1)?.[carry.slot] ?? -1,
    },
    lists: kept,
    elements: flow.elements,
    node: last.node,
  };
}

/** How many iterations from a place on do the same. */
export function alikeFrom(bodies: readonly (readonly Statement[])[], at: number): number {
  const first = callsOf(bodies[at] ?? []);
  const end = bodies.findIndex((body, i) => {
    const calls = i > at ? callsOf(body) : first;
    if (i < at) return false;
    return (
      calls === undefined ||
      calls.length !== first?.length ||
      !first.every((call, place) => calls[place] !== undefined && sameCallee(call, calls[place]))
    );
  });
  return Math.max(1, (end < 0 ? bodies.length : end) - at);
}

/** `undefined`: there is a loop within. */
function callsOf(statements: readonly Statement[]): readonly Call[] | undefined {
  const calls = statements.filter((statement) => statement.kind === "call");
  return calls.length === statements.length ? calls : undefined;
}

/** Whether two calls do the same, with equal numbers. */
function sameCallee(a: Call, b: Call): boolean {
  if (a.inputs.length !== b.inputs.length || a.results.length !== b.results.length) return false;
  if (!("block" in a.callee)) return "code" in b.callee && a.callee.code === b.callee.code;
  if (!("block" in b.callee) || a.callee.block !== b.callee.block) return false;
  const [one, other] = [a.callee.statements, b.callee.statements];
  const counts = loopsIn(other).map(({ count }) => count);
  const calls = callsIn(other);
  return (
    loopsIn(one).every(({ count }, i) => count === counts[i]) &&
    callsIn(one).every((call, i) => calls[i] !== undefined && sameCallee(call, calls[i]))
  );
}

/** Of a loop that makes `level[1]`, `level[2]`: `level[0]` from before it, in order. */
function itemsBefore(id: MapId, { made }: Earlier, names: Names): readonly MapId[] {
  const [, stem = "", first = "0"] = /^(.*)\[(\d+)\]$/.exec(names.labelOf(id) ?? "") ?? [];
  const items: MapId[] = [];
  for (let index = Number(first) - 1; index >= 0; index -= 1) {
    const item = made.find((other) => names.labelOf(other) === `${stem}[${index}]`);
    if (item === undefined) break;
    items.unshift(item);
  }
  return items;
}

/** The nodes whose reading of a feature map stays inside an iteration. */
function nodesOf(statements: readonly Statement[]): readonly MapId[] {
  return statements.flatMap((statement) =>
    statement.kind === "call" ? statement.nodes : nodesOf(statement.body),
  );
}

export interface Earlier {
  /** That earlier loops made. */
  readonly lists: readonly List[];
  /** The feature maps of earlier calls. */
  readonly made: readonly MapId[];
}

/** "level[0]", "level[1]" → "level[${i}]"; the same name stays as it is. */
function countedName(
  found: readonly (string | undefined)[],
  counter: string,
): string | undefined | "differs" {
  const [first] = found;
  if (first === undefined) return found.every((name) => name === undefined) ? undefined : "differs";
  const parts = found.map((name) => name?.split(/(\d+)/) ?? []);
  const length = parts[0]?.length ?? 0;
  if (parts.some((each) => each.length !== length)) return "differs";
  let text = "";
  for (let place = 0; place < length; place += 1) {
    const along = parts.map((each) => each[place] ?? "");
    const [start = ""] = along;
    if (along.every((part) => part === start)) text += start;
    else {
      const index = place % 2 === 1 ? affine(along.map(Number), counter) : undefined;
      if (index === undefined || along.some((part) => String(Number(part)) !== part)) return "differs";
      text += `\${${index}}`;
    }
  }
  return text;
}

/** An expression of the counter for numbers in even steps: "i", "i + 1", "3 - i". */
function affine(numbers: readonly number[], counter: string): string | undefined {
  const [start = 0, second = 0] = numbers;
  const step = second - start;
  if (step === 0 || numbers.some((number, i) => number !== start + i * step)) return undefined;
  if (step === -1) return `${start} - ${counter}`;
  const product = step === 1 ? counter : `${step} * ${counter}`;
  return start === 0 ? product : `${product} + ${start}`;
}

interface Flow {
  readonly carry: { readonly slot: number; readonly before: MapId } | undefined;
  readonly elements: ReadonlyMap<MapId, Element>;
}

/** Where each iteration has from what it does not make; `undefined`: from elsewhere in each. */
function flowOf(
  turns: readonly (readonly Call[])[],
  lists: readonly List[],
  counter: string,
): Flow | undefined {
  const made = turns.map((turn) => turn.flatMap(({ results }) => results));
  const read = turns.map((turn) => turn.flatMap(({ inputs }) => inputs));
  const elements = new Map<MapId, Element>();
  let carry: Flow["carry"];
  for (const place of (read[0] ?? []).keys()) {
    const ids = read.map((each) => each[place] ?? -1);
    const slots = ids.map((id, turn) => made[turn]?.indexOf(id) ?? -1);
    const [id = -1] = ids;
    if (slots.every((slot) => slot >= 0)) {
      if (slots.some((slot) => slot !== slots[0])) return undefined;
      continue;
    }
    if (slots.some((slot) => slot >= 0)) return undefined;
    if (ids.every((each) => each === id)) continue;
    const previous = ids.slice(1).map((each, turn) => made[turn]?.indexOf(each) ?? -1);
    const [slot = -1] = previous;
    if (slot >= 0 && previous.every((each) => each === slot)) {
      if (carry !== undefined && (carry.slot !== slot || carry.before !== id)) return undefined;
      carry = { slot, before: id };
      continue;
    }
    const list = lists.find(({ maps }) => maps.includes(id));
    if (list === undefined) return undefined;
    const index = affine(
      ids.map((each) => list.maps.indexOf(each)),
      counter,
    );
    if (index === undefined || ids.some((each) => !list.maps.includes(each))) return undefined;
    elements.set(id, { list, index });
  }
  const ambiguous = carry !== undefined && elements.has(carry.before);
  // A feature map from before the loop that is carried must not be read as a fixed one as well.
  const fixed = (read[1] ?? []).includes(carry?.before ?? -2);
  return ambiguous || fixed ? undefined : { carry, elements };
}

/** By its label, "level[0]" → "level", else by what makes it. */
function listName(calls: readonly Call[], id: MapId, names: Names): string {
  const label = names.labelOf(id)?.replace(/\[.*$/, "");
  if (label !== undefined) return names.identifier(label);
  const maker = calls.find(({ results }) => results.includes(id));
  const what =
    maker === undefined ? "map" : "block" in maker.callee ? maker.callee.block.name : maker.node.operation;
  return `${names.identifier(what)}s`;
}
