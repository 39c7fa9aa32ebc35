/** What limits gradients before an update, as a few steps. */
import type { ClipConfiguration, ClipName } from "../../learning/clipping/registry.ts";
import type { Calls } from "../primitives/calls.ts";
import type { Value } from "../value.ts";

export type ClipSettings<N extends ClipName = ClipName> = Extract<ClipConfiguration, { kind: N }>;

/** @param gradients of all weights that the update changes, by name */
export type ClipRule<N extends ClipName> = (
  build: Calls,
  gradients: ReadonlyMap<string, Value>,
  settings: ClipSettings<N>,
) => ReadonlyMap<string, Value>;
