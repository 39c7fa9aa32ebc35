/** The rule of every way to clip gradients. */
import type { ClipName } from "../../learning/clipping/registry.ts";
import type { Calls } from "../primitives/calls.ts";
import type { Value } from "../value.ts";
import { norm } from "./norm.ts";
import type { ClipRule, ClipSettings } from "./rule.ts";
import { value } from "./value.ts";

const rules: { readonly [N in ClipName]: ClipRule<N> } = { norm, value };

/** Each takes the gradients that the one before it gives. */
export function clipped(
  build: Calls,
  gradients: ReadonlyMap<string, Value>,
  clip: readonly ClipSettings[],
): ReadonlyMap<string, Value> {
  return clip.reduce(
    (given, settings) => (rules[settings.kind] as ClipRule<ClipName>)(build, given, settings), // the kind names the rule of these settings
    gradients,
  );
}
