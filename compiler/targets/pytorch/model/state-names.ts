/** The name of every weight in `state_dict`, which follows the attributes of the emitted classes. */
import type { GraphNode } from "../../../network/graph.ts";
import type { WeightSpecification } from "../../../ops/weights.ts";
import type { BlockFunction, Call, MapId } from "../../structure/statement.ts";
import type { Structure } from "../../structure/structure.ts";
import type { ClassLayout } from "./classes.ts";

const renamed: Readonly<Record<string, string>> = {
  scale: "weight",
  shift: "bias",
  slope: "weight",
  running_variance: "running_var",
};

export function stateNames(
  structure: Structure,
  classes: ReadonlyMap<BlockFunction, ClassLayout>,
  layout: ClassLayout,
): (node: GraphNode, weight: WeightSpecification) => string {
  const paths = new Map<MapId, string>();
  walk(structure.statements, (id) => id, "", layout);
  return ({ id, name: node }, { name }) => {
    const path = paths.get(id);
    if (path === undefined) throw new Error(`${node} has no module`);
    return `${path}.${renamed[name] ?? name}`;
  };

  /** @param idOf the node of this call in the place of one of the class's own */
  function walk(
    statements: Structure["statements"],
    idOf: (own: MapId) => MapId,
    prefix: string,
    { moduleOf }: ClassLayout,
  ): void {
    const visit = (call: Call, own: Call, index: number | undefined): void => {
      const path = modulePath(moduleOf(own), index);
      if (path === undefined) return;
      const { callee, nodes } = call;
      if (!("block" in callee)) {
        const id = idOf(call.node.id);
        if (!paths.has(id)) paths.set(id, prefix + path);
        return;
      }
      const inner = classes.get(callee.block);
      const first = structure.instances.get(callee.block)?.[0]?.nodes ?? [];
      if (inner === undefined) return;
      const places = new Map(first.map((id, place) => [id, nodes[place] ?? -1]));
      walk(callee.block.statements, (id) => idOf(places.get(id) ?? -1), `${prefix}${path}.`, inner);
    };
    for (const statement of statements) {
      if (statement.kind === "call") visit(statement, statement, undefined);
      else
        for (const [turn, calls] of statement.turns.entries())
          for (const [place, call] of calls.entries()) {
            const own = statement.body[place];
            if (own !== undefined) visit(call, own, turn);
          }
    }
  }
}

/** "levels.2" of "self.levels[i]". */
function modulePath(module: string | undefined, index: number | undefined): string | undefined {
  return module?.replace(/^self\./, "").replace(/\[\w+\]$/, `.${index}`);
}
