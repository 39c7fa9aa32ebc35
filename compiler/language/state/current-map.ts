/** The current feature map, the input of a statement. */
import type { Span } from "../../../grammar/span.ts";
import type { MapValue } from "../names/value.ts";
import type { Elaboration } from "./elaboration.ts";

/** The current feature map, if it is valid. Reports when there is none; poison was already reported. */
export function currentMap(what: string, span: Span, state: Elaboration): MapValue | undefined {
  if (state.current === undefined) state.report("names/no-current-map", { what }, span);
  return state.current?.kind === "map" ? state.current : undefined;
}
