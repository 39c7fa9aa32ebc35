/** The structure of a network whose nodes are expressions of TensorFlow.js. */
import { Refusal } from "../../../diagnostics/problem.ts";
import type { Graph } from "../../../network/graph.ts";
import { type Structure, structureOf as structureIn } from "../../structure/structure.ts";
import type { HelperName } from "../helpers/registry.ts";
import { nameHole } from "../row.ts";
import { nodeExpression } from "../rows.ts";
import type { Names } from "./names.ts";

export interface ModuleStructure extends Structure {
  readonly helpers: ReadonlySet<HelperName>;
}

/** @param wanted the nodes whose feature maps the network gives */
export function structureOf(graph: Graph, wanted: readonly number[], names: Names): ModuleStructure {
  const helpers = new Set<HelperName>();
  const structure = structureIn(graph, wanted, names, (node) => {
    const made = nodeExpression(node);
    if (made instanceof Refusal) throw new Error(`${node.name} cannot be written`);
    for (const helper of made.helpers) helpers.add(helper);
    return { code: made.code, isNamed: made.code.includes(nameHole) };
  });
  return { ...structure, helpers };
}
