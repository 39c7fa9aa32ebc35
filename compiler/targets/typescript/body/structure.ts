/** The structure of a network whose nodes are expressions of TensorFlow.js. */
import { Refusal } from "../../../diagnostics/problem.ts";
import type { Graph, GraphNode } from "../../../network/graph.ts";
import type { BlockFunction, MapId } from "../../structure/statement.ts";
import { type Structure, structureOf as structureIn } from "../../structure/structure.ts";
import type { HelperName } from "../helpers/registry.ts";
import { type Expression, filledCode, nameHole } from "../row.ts";
import { nodeExpression } from "../rows.ts";
import type { Names } from "./names.ts";
import { type BlockLayout, layoutsOf } from "./parameters.ts";

export interface ModuleStructure extends Structure {
  readonly layouts: ReadonlyMap<BlockFunction, BlockLayout>;
  /** Of every node but inputs. */
  readonly expressions: ReadonlyMap<MapId, Expression>;
  readonly helpers: ReadonlySet<HelperName>;
}

/** @param wanted the nodes whose feature maps the network gives */
export function structureOf(graph: Graph, wanted: readonly number[], names: Names): ModuleStructure {
  const helpers = new Set<HelperName>();
  const expressions = new Map<MapId, Expression>();
  const layer = (node: GraphNode) => {
    const made = nodeExpression(node, graph);
    if (made instanceof Refusal) throw new Error(`${node.name} cannot be written`);
    expressions.set(node.id, made);
    for (const helper of made.helpers) helpers.add(helper);
    const kind = JSON.stringify([made.code, made.arguments.map(({ name }) => name)]);
    return { code: filledCode(made), kind, isNamed: made.code.includes(nameHole) };
  };
  const structure = structureIn(graph, wanted, names, {
    layer,
    countsAreParameters: true,
    drawsByName: true,
  });
  const layouts = layoutsOf(structure, ({ node }) => expressions.get(node.id)?.arguments ?? [], names);
  for (const { parameters } of layouts.values())
    for (const { type } of parameters)
      if (type.endsWith("Pair")) helpers.add("pair");
      else if (type.endsWith("Sides")) helpers.add("sides");
  return { ...structure, layouts, expressions, helpers };
}
