/**
 * Statements in a target's language. A feature map that only the next statement reads is in `x`; others are variables of their own,
 * under the names that the program gives them.
 */
import type { GraphNode } from "../../network/graph.ts";
import { LoopBody } from "./loop-body.ts";
import type { Names } from "./names.ts";
import { nounOf } from "./nouns.ts";
import {
  type BlockFunction,
  type Call,
  type Element,
  type List,
  type Loop,
  type MapId,
  readsOf,
  type Statement,
} from "./statement.ts";
import type { Syntax } from "./syntax.ts";

export interface WrittenBody {
  readonly lines: readonly string[];
  /** The expressions of the wanted feature maps, in order. */
  readonly results: readonly string[];
  readonly usesLists: boolean;
}

interface BodyOptions {
  readonly statements: readonly Statement[];
  readonly lists: readonly List[];
  /** The names of feature maps that are given. */
  readonly given: ReadonlyMap<MapId, string>;
  readonly wanted: readonly MapId[];
  /** What feature maps are called that the program gives no name. */
  readonly called?: ReadonlyMap<MapId, string>;
  readonly names: Names;
  readonly syntax: Syntax;
  /** What no variable may be called. */
  readonly reserved?: readonly string[];
  /** Whether encoder and decoder are marked. */
  readonly sections: boolean;
}

export function writeBody(options: BodyOptions): WrittenBody {
  return new BodyWriter(options).run();
}

/** @param reserved what no variable of the function may be called */
export function writeBlock(
  block: BlockFunction,
  names: Names,
  syntax: Syntax,
  reserved: readonly string[] = [],
) {
  const local = names.local();
  for (const name of reserved) local(name);
  // What only the first statement reads can be in `x`, which later ones overwrite.
  const [first] = block.inputs;
  const [start] = block.statements;
  const later =
    block.statements.slice(1).some((statement) => readsOf(statement).includes(first ?? -1)) ||
    (start?.kind === "loop" && start.carry?.before !== first);
  const single = block.inputs.length === 1 && !later && !block.results.includes(first ?? -1);
  const given = new Map(
    block.inputs.map((id, i) => [id, single ? "x" : local(inputName(block, i, names))] as const),
  );
  const { statements, lists, results } = block;
  const body = writeBody({
    statements,
    lists,
    given,
    wanted: results,
    names,
    syntax,
    reserved,
    sections: false,
  });
  return { parameters: [...given.values()], body };
}

/** A single one is called the same in every call; several are distinguished by their names in the first. */
function inputName({ inputs }: BlockFunction, place: number, names: Names): string {
  const label = inputs.length === 1 ? undefined : names.labelOf(inputs[place] ?? -1);
  return label === undefined ? (place === 0 ? "input" : `input${place + 1}`) : names.identifier(label);
}

class BodyWriter {
  readonly #options: BodyOptions;
  readonly #local: (name: string) => string;
  readonly #lines: string[] = [];
  readonly #where: Map<MapId, string>;
  readonly #listed = new Map<MapId, { readonly list: List; readonly index: number }>();
  #declared: boolean;
  #usesLists = false;
  readonly #syntax: Syntax;
  #role: GraphNode["origin"]["role"];

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#syntax = options.syntax;
    this.#local = options.names.local();
    this.#where = new Map(options.given);
    this.#declared = [...options.given.values()].includes("x");
    for (const name of [...options.given.values(), ...(options.reserved ?? [])])
      if (name !== "x") this.#local(name);
  }

  run(): WrittenBody {
    const { statements, wanted } = this.#options;
    for (const [at, statement] of statements.entries()) {
      this.#section(statement.node, at);
      const lastRead = (id: MapId) => this.#lastRead(id, at);
      if (statement.kind === "call") this.#call(statement, lastRead, at);
      else this.#loop(statement, lastRead, at);
    }
    return { lines: this.#lines, results: wanted.map((id) => this.#read(id)), usesLists: this.#usesLists };
  }

  #section({ origin: { role } }: GraphNode, at: number): void {
    if (!this.#options.sections || role === this.#role) return;
    this.#role = role;
    this.#lines.push(this.#syntax.comment(this.#title(role, at)));
  }

  #title(role: GraphNode["origin"]["role"], at: number): string {
    if (role !== undefined) return role === "encoder" ? "Encoder" : "Decoder";
    const later = this.#options.statements.slice(at).map(({ node }) => node.origin.role);
    if (later.includes("encoder")) return "Before the encoder";
    return later.includes("decoder") ? "Between encoder and decoder" : "Output";
  }

  /** The place of the last statement that reads a feature map; past the end where it is wanted. */
  #lastRead(id: MapId, from: number): number {
    const { statements, wanted } = this.#options;
    if (wanted.includes(id)) return statements.length;
    let last = from;
    for (let at = from + 1; at < statements.length; at += 1) {
      const statement = statements[at];
      if (statement === undefined || !readsOf(statement).includes(id)) continue;
      // A loop reads what it does not carry again and again.
      last = statement.kind === "loop" && statement.carry?.before !== id ? at + 1 : at;
    }
    return last;
  }

  #call(call: Call, lastRead: (id: MapId) => number, at: number): void {
    const code = this.#code(call, (id) => this.#read(id));
    const { results } = call;
    const [id] = results;
    if (id === undefined) return;
    if (results.length > 1) {
      const names = results.map((each) => this.#constant(each, call));
      this.#lines.push(this.#syntax.unpack(names, code));
      return;
    }
    const isLast = at === this.#options.statements.length - 1;
    const { names, called } = this.#options;
    const label = names.labelOf(id) ?? called?.get(id);
    const briefly = lastRead(id) <= at + 1;
    if (briefly && (label === undefined || (isLast && called === undefined))) this.#assign(id, code);
    else this.#lines.push(this.#syntax.constant(this.#constant(id, call), code));
  }

  /** In `x`. */
  #assign(id: MapId, code: string): void {
    this.#lines.push(this.#syntax.assign(code, this.#declared));
    this.#declared = true;
    for (const [other, name] of this.#where) if (name === "x") this.#where.delete(other);
    this.#where.set(id, "x");
  }

  #constant(id: MapId, call: Call): string {
    const { names, called } = this.#options;
    const name = this.#local(names.identifier(called?.get(id) ?? names.labelOf(id) ?? nounOf(call)));
    this.#where.set(id, name);
    return name;
  }

  #read(id: MapId): string {
    const name = this.#where.get(id);
    if (name !== undefined) return name;
    const listed = this.#listed.get(id);
    if (listed === undefined) throw new Error(`the feature map ${id} is not at hand`);
    this.#usesLists = true;
    return this.#syntax.element(listed.list.name, String(listed.index));
  }

  #loop(loop: Loop, lastRead: (id: MapId) => number, at: number): void {
    const { body, carry, lists, elements } = loop;
    for (const { name, maps, before } of lists)
      this.#lines.push(
        this.#syntax.list(
          name,
          maps.slice(0, before).map((id) => this.#read(id)),
        ),
      );
    if (carry !== undefined && this.#where.get(carry.before) !== "x") {
      const name = this.#read(carry.before);
      this.#assign(carry.before, name);
      this.#where.set(carry.before, name);
    }
    const inner = new LoopBody({
      body,
      carry,
      lists,
      local: this.#local,
      names: this.#options.names,
      syntax: this.#syntax,
      read: (id) => this.#element(elements.get(id)) ?? this.#read(id),
      code: (call, read) => this.#code(call, read),
    });
    this.#lines.push(...this.#syntax.loop(loop, inner.run()));
    for (const list of lists) {
      for (const [index, id] of list.maps.entries()) this.#listed.set(id, { list, index });
    }
    if (carry === undefined) return;
    for (const [other, name] of this.#where) if (name === "x") this.#where.delete(other);
    this.#where.set(carry.after, "x");
    if (lastRead(carry.after) <= at + 1) return;
    // What a list has is read from there.
    if (this.#listed.has(carry.after)) return;
    const { names } = this.#options;
    const label = names.labelOf(carry.after);
    const made = loop.body.at(-1);
    const noun = names.beforePool(carry.after) ?? (made === undefined ? "map" : nounOf(made));
    const name = this.#local(names.identifier(label?.replace(/\[.*$/, "") ?? noun));
    this.#lines.push(this.#syntax.constant(name, "x"));
    this.#where.set(carry.after, name);
  }

  #element(element: Element | undefined): string | undefined {
    if (element === undefined) return undefined;
    this.#usesLists = true;
    return this.#syntax.element(element.list.name, element.index);
  }

  #code(call: Call, read: (id: MapId) => string): string {
    const code = this.#syntax.call(call, call.inputs.map(read));
    return "block" in call.callee ? code : this.#spread(code);
  }

  /** A whole list inside brackets, item by item, is written as the list. */
  #spread(code: string): string {
    return this.#options.lists.reduce((text, { name, maps }) => {
      const all = maps.map((_, i) => this.#syntax.element(name, String(i))).join(", ");
      return maps.length > 1 && code.includes("[") ? text.replace(all, this.#syntax.spread(name)) : text;
    }, code);
  }
}
