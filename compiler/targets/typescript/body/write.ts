/**
 * Statements as TypeScript. A feature map that only the next statement reads is in `x`; others are constants of their own, under
 * the names that the program gives them.
 */
import type { GraphNode } from "../../../network/graph.ts";
import { inputHole, nameHole } from "../row.ts";
import { identifier, type Names } from "./names.ts";
import type { BlockFunction, Call, Element, List, Loop, MapId, Statement } from "./statement.ts";

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
  /** Of the names of weights; replaced by the parameter `name`. */
  readonly prefix: string | undefined;
  readonly names: Names;
  /** Whether encoder and decoder are marked. */
  readonly sections: boolean;
}

export function writeBody(options: BodyOptions): WrittenBody {
  return new BodyWriter(options).run();
}

/** `name` is the parameter with what the names of the block's weights begin with. */
export function writeBlock(block: BlockFunction, names: Names) {
  const local = names.local();
  // What only the first statement reads can be in `x`, which later ones overwrite.
  const [first] = block.inputs;
  const [start] = block.statements;
  const later =
    block.statements.slice(1).some((statement) => readsOf(statement).includes(first ?? -1)) ||
    (start?.kind === "loop" && start.carry?.before !== first);
  const single = block.inputs.length === 1 && !later && !block.results.includes(first ?? -1);
  const given = new Map(
    block.inputs.map((id, i) => [id, single ? "x" : local(inputName(id, i, names))] as const),
  );
  const body = writeBody({ ...block, given, wanted: block.results, names, sections: false });
  return { parameters: [...given.values()], body };
}

function inputName(id: MapId, place: number, names: Names): string {
  const label = names.labelOf(id);
  return label === undefined ? (place === 0 ? "input" : `input${place + 1}`) : identifier(label);
}

class BodyWriter {
  readonly #options: BodyOptions;
  readonly #local: (name: string) => string;
  readonly #lines: string[] = [];
  readonly #where: Map<MapId, string>;
  readonly #listed = new Map<MapId, { readonly list: List; readonly index: number }>();
  #declared: boolean;
  #usesLists = false;
  #role: GraphNode["origin"]["role"];

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#local = options.names.local();
    this.#where = new Map(options.given);
    this.#declared = [...options.given.values()].includes("x");
    for (const name of options.given.values()) if (name !== "x") this.#local(name);
  }

  run(): WrittenBody {
    const { statements, wanted } = this.#options;
    for (const [at, statement] of statements.entries()) {
      this.#section(statement.node);
      const lastRead = (id: MapId) => this.#lastRead(id, at);
      if (statement.kind === "call") this.#call(statement, lastRead, at);
      else this.#loop(statement, lastRead, at);
    }
    return { lines: this.#lines, results: wanted.map((id) => this.#read(id)), usesLists: this.#usesLists };
  }

  #section({ origin: { role } }: GraphNode): void {
    if (!this.#options.sections || role === this.#role) return;
    const title = role === "encoder" ? "Encoder" : role === "decoder" ? "Decoder" : "Output";
    this.#lines.push(`\n// ${title}`);
    this.#role = role;
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
      this.#lines.push(`const [${names.join(", ")}] = ${code};`);
      return;
    }
    const isLast = at === this.#options.statements.length - 1;
    const label = this.#options.names.labelOf(id);
    const briefly = lastRead(id) <= at + 1;
    if (briefly && (label === undefined || isLast)) this.#assign(id, code);
    else this.#lines.push(`const ${this.#constant(id, call)} = ${code};`);
  }

  /** In `x`. */
  #assign(id: MapId, code: string): void {
    this.#lines.push(`${this.#declared ? "" : "let "}x = ${code};`);
    this.#declared = true;
    for (const [other, name] of this.#where) if (name === "x") this.#where.delete(other);
    this.#where.set(id, "x");
  }

  #constant(id: MapId, call: Call): string {
    const label = this.#options.names.labelOf(id);
    const by = "block" in call.callee ? call.callee.block.name : (call.node.name.split(".").at(-1) ?? "map");
    const name = this.#local(identifier(label ?? by));
    this.#where.set(id, name);
    return name;
  }

  #read(id: MapId): string {
    const name = this.#where.get(id);
    if (name !== undefined) return name;
    const listed = this.#listed.get(id);
    if (listed === undefined) throw new Error(`the feature map ${id} is not at hand`);
    this.#usesLists = true;
    return `element(${listed.list.name}, ${listed.index})`;
  }

  #loop(loop: Loop, lastRead: (id: MapId) => number, at: number): void {
    const { variable, count, body, carry, lists, elements } = loop;
    for (const { name } of lists) this.#lines.push(`const ${name}: tf.Tensor4D[] = [];`);
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
      read: (id) => this.#element(elements.get(id)) ?? this.#read(id),
      code: (call, read) => this.#code(call, read),
    });
    this.#lines.push(`for (let ${variable} = 0; ${variable} < ${count}; ${variable} += 1) {`);
    this.#lines.push(...inner.run(), "}");
    for (const list of lists) {
      for (const [index, id] of list.maps.entries()) this.#listed.set(id, { list, index });
    }
    if (carry === undefined) return;
    for (const [other, name] of this.#where) if (name === "x") this.#where.delete(other);
    this.#where.set(carry.after, "x");
    if (lastRead(carry.after) <= at + 1) return;
    const label = this.#options.names.labelOf(carry.after);
    const name = this.#local(identifier(label?.replace(/\[.*$/, "") ?? "last"));
    this.#lines.push(`const ${name} = x;`);
    this.#where.set(carry.after, name);
  }

  #element(element: Element | undefined): string | undefined {
    if (element === undefined) return undefined;
    this.#usesLists = true;
    return `element(${element.list.name}, ${element.index})`;
  }

  #code({ callee, inputs, name }: Call, read: (id: MapId) => string): string {
    const written = name === undefined ? undefined : nameCode(name, this.#options.prefix);
    if ("block" in callee) {
      const { block } = callee;
      const given = [
        ...(block.readsPass ? ["pass"] : []),
        ...inputs.map(read),
        ...(block.readsName && written !== undefined ? [written] : []),
      ];
      return `${block.name}(${given.join(", ")})`;
    }
    const filled = inputs.reduce((code, id, i) => code.replaceAll(inputHole(i), read(id)), callee.code);
    return spreadLists(
      written === undefined ? filled : filled.replaceAll(nameHole, written),
      this.#options.lists,
    );
  }
}

interface LoopOptions {
  readonly body: readonly Call[];
  readonly carry: Loop["carry"];
  readonly lists: readonly List[];
  readonly local: (name: string) => string;
  readonly names: Names;
  readonly read: (id: MapId) => string;
  readonly code: (call: Call, read: (id: MapId) => string) => string;
}

/** The body of a loop: what an iteration hands to the next is in `x` where it begins and where it ends. */
class LoopBody {
  readonly #options: LoopOptions;
  readonly #where = new Map<MapId, string>();
  readonly #lines: string[] = [];

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  run(): readonly string[] {
    const { body, carry, lists, local, names, code } = this.#options;
    if (carry !== undefined) {
      this.#where.set(carry.before, "x");
      if (this.#lastRead(carry.before, -1) > 0) {
        const name = local("before");
        this.#lines.push(`const ${name} = x;`);
        this.#where.set(carry.before, name);
      }
    }
    for (const [at, call] of body.entries()) {
      const written = code(call, (id) => this.#where.get(id) ?? this.#options.read(id));
      const [id] = call.results;
      if (id === undefined) continue;
      const list = lists.find(({ maps }) => maps[0] === id);
      const isEnd = at === body.length - 1;
      const inX =
        call.results.length === 1 &&
        carry !== undefined &&
        this.#lastRead(id, at) <= at + 1 &&
        (id !== carry.within || isEnd);
      if (inX) {
        this.#lines.push(`x = ${written};`);
        this.#where.set(id, "x");
      } else {
        const consts = call.results.map((each) => {
          const label = names.labelOf(each)?.replace(/\[.*$/, "");
          const by = "block" in call.callee ? call.callee.block.name : call.node.operation;
          const taken = lists.some(({ name }) => name === label);
          const name = local(identifier(label === undefined || taken ? by : label));
          this.#where.set(each, name);
          return name;
        });
        const left = call.results.length === 1 ? consts[0] : `[${consts.join(", ")}]`;
        this.#lines.push(`const ${left} = ${written};`);
      }
      if (list !== undefined) this.#lines.push(`${list.name}.push(${this.#where.get(id)});`);
    }
    if (carry !== undefined && this.#where.get(carry.within) !== "x") {
      this.#lines.push(`x = ${this.#where.get(carry.within)};`);
    }
    return this.#lines;
  }

  #lastRead(id: MapId, from: number): number {
    const { body } = this.#options;
    return body.findLastIndex((call, at) => at > from && call.inputs.includes(id));
  }
}

function readsOf(statement: Statement): readonly MapId[] {
  if (statement.kind === "call") return statement.inputs;
  const read = statement.body.flatMap(({ inputs }) => inputs);
  return statement.carry === undefined ? read : [...read, statement.carry.before];
}

/** A name of weights as an expression: of the block's own `name`, of a loop's variable, or as it is. */
function nameCode(name: string, prefix: string | undefined): string {
  if (prefix === undefined) return name.includes("${") ? `\`${name}\`` : JSON.stringify(name);
  const rest = name.slice(prefix.length);
  return rest === "" ? "name" : `\`\${name}${rest}\``;
}

/** `element(paths, 0), element(paths, 1)` of a whole list → `...paths`, inside brackets. */
function spreadLists(code: string, lists: readonly List[]): string {
  return lists.reduce((text, { name, maps }) => {
    const all = maps.map((_, i) => `element(${name}, ${i})`).join(", ");
    return maps.length > 1 && code.includes("[") ? text.replace(all, `...${name}`) : text;
  }, code);
}
