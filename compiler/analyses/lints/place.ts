/** The place in the source where a finding about a node is shown. */
import type { Span } from "../../../grammar/span.ts";
import type { Related } from "../../diagnostics/diagnostic.ts";
import type { GraphNode } from "../../network/graph.ts";

/** The statement that created the node; for a standard block, which users cannot change, its call. */
export function placeOf({
  origin,
}: GraphNode): { readonly at: Span; readonly related: readonly Related[] } | undefined {
  const { span, calledAt } = origin;
  if (span === undefined) return undefined;
  if (calledAt === undefined || !span.file.startsWith("std/")) return { at: span, related: [] };
  return { at: calledAt, related: [{ span, message: "this operation of the block" }] };
}
