/** The feature map named on the command line. */
import { findMap } from "../../../compiler/analyses/explain/find-map.ts";
import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { UserError } from "../../../runtime/user-error.ts";

/** @throws UserError for a name that belongs to no feature map, or to several. */
export function mapCalled(graph: Graph, name: string): GraphNode {
  const found = findMap(graph, name);
  if (found.kind === "found") return found.node;
  if (found.kind === "several") {
    const names = found.names.slice(0, 12).join(", ");
    const more = found.names.length > 12 ? ` and ${found.names.length - 12} more` : "";
    throw new UserError(
      `several feature maps of ${graph.name} are called "${name}"`,
      `choose one: ${names}${more}`,
    );
  }
  throw new UserError(
    `${graph.name} has no feature map called "${name}"`,
    found.nearest === undefined ? "fcn explain FILE lists all names" : `did you mean "${found.nearest}"?`,
  );
}
