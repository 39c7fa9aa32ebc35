/** Names in TypeScript: of functions, of the module, and of feature maps by the labels of the program. */
import type { Graph } from "../../../network/graph.ts";

/** Words that no function or variable may be called. */
const reserved = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super switch this
  throw true try typeof var void while with yield undefined NaN Infinity pass at name tf x Pass Pair Sides Entry Windows`.split(
    /\s+/,
  ),
);

/** `resnet_stage` → `resnetStage` */
export function identifier(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word, i) => (i === 0 ? lowerFirst(word) : upperFirst(word))).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `map${joined}`;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export class Names {
  readonly #taken: Set<string>;
  readonly #labels: ReadonlyMap<number, string>;

  constructor(graph: Graph, taken: Iterable<string>) {
    this.#taken = new Set([...reserved, ...taken]);
    this.#labels = new Map(
      graph.nodes.flatMap(({ id, origin: { label } }) => (label === undefined ? [] : [[id, label] as const])),
    );
  }

  labelOf(id: number): string | undefined {
    return this.#labels.get(id);
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

function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = `${name}${/\d$/.test(name) ? "_" : ""}${count}`;
  return free;
}
