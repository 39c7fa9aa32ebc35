/** The map a statement works on. */
import type { Span } from "../../grammar/span.ts";
import type { MapValue } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";

/** The current map, when there is a sound one; its absence is reported, its poison is not. */
export function currentMap(what: string, span: Span, state: Elaboration): MapValue | undefined {
  if (state.current === undefined) state.report("names/no-current-map", { what }, span);
  return state.current?.kind === "map" ? state.current : undefined;
}
