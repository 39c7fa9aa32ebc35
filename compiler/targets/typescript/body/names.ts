/** Names in TypeScript. */
import type { Graph } from "../../../network/graph.ts";
import { Names as NamesIn, type NamingStyle, upperFirst } from "../../structure/names.ts";
import { identifier } from "../identifier.ts";

export { identifier, upperFirst };

/** Words of the language, and what every function may use: no function or variable is called so. */
const reserved = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super switch this
  throw true try typeof var void while with yield undefined pass name tf x`.split(/\s+/),
);

const style: NamingStyle = { identifier, callable: identifier, reserved };

export class Names extends NamesIn {
  constructor(graph: Graph, taken: Iterable<string>) {
    super(graph, taken, style);
  }
}
