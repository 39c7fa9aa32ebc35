/** Names in an emitted program: of functions and classes, and of feature maps by the labels of the program. */
import type { Graph } from "../../network/graph.ts";
import { operationOf } from "../../ops/registry.ts";

/** How a target's language writes names. */
export interface NamingStyle {
  /** A name of the program as one of a variable or function. */
  readonly identifier: (text: string) => string;
  /** The name of a block as that of the function or class it becomes. */
  readonly callable: (text: string) => string;
  /** What no variable or function may be called. */
  readonly reserved: ReadonlySet<string>;
}

export class Names {
  readonly #style: NamingStyle;
  readonly #taken: Set<string>;
  readonly #labels: ReadonlyMap<number, string>;

  readonly #beforePools: ReadonlyMap<number, string>;

  /** @param taken what the emitted program has names for already */
  constructor(graph: Graph, taken: Iterable<string>, style: NamingStyle) {
    this.#style = style;
    this.#taken = new Set([...style.reserved, ...taken]);
    this.#labels = new Map(
      graph.nodes.flatMap(({ id, origin: { label } }) => (label === undefined ? [] : [[id, label] as const])),
    );
    this.#beforePools = new Map(
      graph.nodes.flatMap((node) => {
        const {
          inputs: [input],
          origin: { label },
        } = node;
        return operationOf(node).kind === "pool" && input !== undefined && label !== undefined
          ? [[input, `before_${label}`] as const]
          : [];
      }),
    );
  }

  identifier(text: string): string {
    return this.#style.identifier(text);
  }

  callable(text: string): string {
    return this.#style.callable(text);
  }

  labelOf(id: number): string | undefined {
    return this.#labels.get(id);
  }

  /** Of a feature map without a label whose pool has one, `pool5`: `before_pool5`. */
  beforePool(id: number): string | undefined {
    return this.#beforePools.get(id);
  }

  /** The name, or with a number where it is taken; taken from now on. */
  unique(name: string): string {
    const free = freeName(name, (one) => this.#taken.has(one));
    this.#taken.add(free);
    return free;
  }

  /** For the variables of one function. */
  local(): (name: string) => string {
    const own = new Set<string>();
    return (name) => {
      const free = freeName(name, (one) => own.has(one) || this.#taken.has(one));
      own.add(free);
      return free;
    };
  }
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a number from 2 on where the name is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = `${name}${/\d$/.test(name) ? "_" : ""}${count}`;
  return free;
}
