/** Joins: `skip`, `fork` and `crop to`. Maps that meet must have one resolution, and sizes that agree or are cropped. */
import type { CropTo, Fork, Name, Skip } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import type { Related } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../names/nearest.ts";
import { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import type { ParameterSpecification } from "../ops/word.ts";
import { appendNode } from "./append-node.ts";
import { bindArguments } from "./bind-arguments.ts";
import { bindTarget, targetLabel } from "./bind-target.ts";
import { type CropRule, cropTo, cropToMeet } from "./crop.ts";
import type { Elaboration } from "./elaboration.ts";
import { evaluateMap } from "./evaluate.ts";
import { resolutionsMeet, sizesMeet } from "./meet-checks.ts";

const joins = ["add", "concat", "multiply"] as const;
type JoinOperation = (typeof joins)[number];

const skipParameters: readonly ParameterSpecification[] = [
  {
    name: "crop",
    type: { kind: "choice", words: ["none", "centred", "aligned"] },
    summary: "how the larger map is cut to the smaller one's size",
    positional: false,
    required: false,
    default: "none",
  },
];

const cropToParameters: readonly ParameterSpecification[] = [
  {
    name: "rule",
    type: { kind: "choice", words: ["aligned", "centred"] },
    summary: "cut by the exact offset between the grids, or by the same amount on both sides",
    positional: true,
    required: false,
    default: "aligned",
  },
];

export function elaborateSkip(skip: Skip, scope: Scope, state: Elaboration): void {
  const label = targetLabel(skip.as, scope, state);
  const operation = joinOperation(skip.join, state);
  const options = bindArguments("skip", skipParameters, skip.options, skip.span, scope, state);
  const here = state.current;
  const source = evaluateMap(skip.source, scope, state);
  if (here === undefined) state.report("names/no-current-map", { what: "skip" }, skip.span);
  state.current = source;
  const path = skip.path;
  if (path !== undefined)
    state.within({ construct: "skip" }, () => state.body(path, new Scope(scope, false), state, "body"));
  const arriving = state.current ?? poison;
  const crop = options?.values.get("crop");
  state.current =
    here?.kind === "map" && arriving.kind === "map" && operation !== undefined && options !== undefined
      ? joinMaps(
          operation,
          [here, arriving],
          crop?.kind === "choice" ? (crop.value as "none" | CropRule) : "none", // the parameter's three words
          { span: skip.span, label, construct: "skip" },
          state,
        )
      : poison;
  if (skip.as !== undefined) bindTarget(skip.as, state.current, scope, state);
}

export function elaborateFork(fork: Fork, scope: Scope, state: Elaboration): void {
  const label = targetLabel(fork.as, scope, state);
  const operation = joinOperation(fork.join, state);
  const options = bindArguments("fork", [], fork.options, fork.span, scope, state);
  const start = state.current;
  if (start === undefined) state.report("names/no-current-map", { what: "fork" }, fork.span);
  const ends: (MapValue | Poison)[] = [];
  state.within({ construct: "fork" }, () => {
    state.body(fork.body, new Scope(scope, false), state, "fork", (path, pathScope) => {
      state.current = start ?? poison;
      const step = { kind: "path", name: "path", index: ends.length } as const;
      const prefix = `${state.prefix}path${state.names.ordinal(state.prefix, "path")}.`;
      state.within({ path: [...state.path, step], prefix }, () =>
        state.body(path.body, new Scope(pathScope, false), state, "body"),
      );
      const end = state.current ?? poison;
      if (path.as !== undefined) bindTarget(path.as, end, pathScope, state);
      ends.push(end);
    });
  });
  if (ends.length === 0 && !state.stopped) state.report("structure/fork-without-paths", {}, fork.span);
  const maps = ends.filter((end) => end.kind === "map");
  const sound =
    maps.length === ends.length && maps.length > 0 && operation !== undefined && options !== undefined;
  state.current = sound
    ? joinMaps(operation, maps, "none", { span: fork.span, label, construct: "fork" }, state)
    : poison;
  if (fork.as !== undefined) bindTarget(fork.as, state.current, scope, state);
}

export function elaborateCropTo(crop: CropTo, scope: Scope, state: Elaboration): void {
  const label = targetLabel(crop.as, scope, state);
  const options = bindArguments("crop to", cropToParameters, crop.options, crop.span, scope, state);
  const reference = evaluateMap(crop.reference, scope, state);
  const here = state.current;
  if (here === undefined) state.report("names/no-current-map", { what: "crop to" }, crop.span);
  const rule = options?.values.get("rule");
  state.current =
    here?.kind === "map" && reference.kind === "map" && options !== undefined
      ? cropTo(
          here,
          reference,
          rule?.kind === "choice" && rule.value === "centred" ? "centred" : "aligned",
          crop.span,
          label,
          state,
        )
      : poison;
  if (crop.as !== undefined) bindTarget(crop.as, state.current, scope, state);
}

function joinOperation(name: Name, state: Elaboration): JoinOperation | undefined {
  const found = joins.find((join) => join === name.text);
  if (found === undefined)
    state.report(
      "structure/unknown-join",
      { join: name.text, nearest: nearestName(name.text, joins) },
      name.span,
    );
  return found;
}

interface JoinPlace {
  readonly span: Span;
  readonly label: string | undefined;
  readonly construct: "skip" | "fork";
}

function joinMaps(
  operation: JoinOperation,
  maps: readonly MapValue[],
  crop: "none" | CropRule,
  place: JoinPlace,
  state: Elaboration,
): MapValue | Poison {
  const [first, ...others] = maps;
  if (first === undefined) return poison;
  if (others.length === 0) return first;
  let joined: (MapValue | Poison)[] = [first];
  for (const other of others) {
    const related: readonly Related[] = [first, other].map((map) => ({
      span: map.span,
      message: `${map.called}`,
    }));
    if (!resolutionsMeet(operation, first, other, place.span, state)) return poison;
    if (crop === "none") {
      if (!sizesMeet(operation, first, other, place.span, related, state)) return poison;
      joined.push(other);
    } else joined = cropToMeet(first, other, crop, place.span, state);
  }
  const inputs = joined.filter((map) => map.kind === "map").map((map) => map.node);
  if (inputs.length < joined.length) return poison;
  return appendNode(
    { operation, attributes: {}, inputs },
    { ...place, called: `the map after ${operation}` },
    state,
  );
}
