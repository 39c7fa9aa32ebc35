/** The body of a loop: what an iteration passes to the next is in `x` where it begins and where it ends. */
import type { Names } from "./names.ts";
import { nounOf } from "./nouns.ts";
import type { Call, List, Loop, MapId } from "./statement.ts";
import type { Syntax } from "./syntax.ts";

interface LoopOptions {
  readonly body: readonly Call[];
  readonly carry: Loop["carry"];
  readonly lists: readonly List[];
  readonly local: (name: string) => string;
  readonly names: Names;
  readonly syntax: Syntax;
  readonly read: (id: MapId) => string;
  readonly code: (call: Call, read: (id: MapId) => string) => string;
}

export class LoopBody {
  readonly #options: LoopOptions;
  readonly #where = new Map<MapId, string>();
  readonly #lines: string[] = [];

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  run(): readonly string[] {
    const { body, carry, lists, local, names, syntax, code } = this.#options;
    if (carry !== undefined) {
      this.#where.set(carry.before, "x");
      if (this.#lastRead(carry.before, -1) > 0) {
        const name = local("before");
        this.#lines.push(syntax.constant(name, "x"));
        this.#where.set(carry.before, name);
      }
    }
    for (const [at, call] of body.entries()) {
      const written = code(call, (id) => this.#where.get(id) ?? this.#options.read(id));
      const [id] = call.results;
      if (id === undefined) continue;
      const list = lists.find(({ maps, before }) => maps[before] === id);
      const isEnd = at === body.length - 1;
      const inX =
        call.results.length === 1 &&
        carry !== undefined &&
        this.#lastRead(id, at) <= at + 1 &&
        (id !== carry.within || isEnd);
      if (inX) {
        this.#lines.push(syntax.assign(written, true));
        this.#where.set(id, "x");
      } else {
        const consts = call.results.map((each) => {
          const label = names.labelOf(each)?.replace(/\[.*$/, "");
          const taken = lists.some(({ name }) => name === label);
          const name = local(names.identifier(label === undefined || taken ? nounOf(call) : label));
          this.#where.set(each, name);
          return name;
        });
        const [single = ""] = consts;
        this.#lines.push(
          call.results.length === 1 ? syntax.constant(single, written) : syntax.unpack(consts, written),
        );
      }
      if (list !== undefined) this.#lines.push(syntax.append(list.name, this.#where.get(id) ?? ""));
    }
    if (carry !== undefined && this.#where.get(carry.within) !== "x") {
      this.#lines.push(syntax.assign(this.#where.get(carry.within) ?? "", true));
    }
    return this.#lines;
  }

  #lastRead(id: MapId, from: number): number {
    const { body } = this.#options;
    return body.findLastIndex((call, at) => at > from && call.inputs.includes(id));
  }
}
