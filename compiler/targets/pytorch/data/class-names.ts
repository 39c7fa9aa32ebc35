/** The names of the classes that an emitted package distinguishes. */
import type { TargetSubject } from "../../target.ts";

/** @param count of classes, where nothing names them */
export function classNames(
  { classes, network: { graph, train } }: TargetSubject,
  count: number,
): readonly string[] {
  const named = classes ?? graph.classes ?? train?.masks.classes ?? [];
  return named.length > 0 ? named : Array.from({ length: count }, (_, i) => `class ${i}`);
}
