/** Joins: `skip`, `fork` and `crop to`. Joined feature maps must have the same resolution, and sizes that are equal or cropped. */

import type { CropTo, Fork, Skip } from "../../../grammar/ast.ts";
import type { Name } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import { type JoinName, joined, joinNames } from "../../ops/joining.ts";
import type { ParameterSpecification } from "../../ops/word.ts";
import { bindArguments } from "../calls/bind-arguments.ts";
import { bindMap, nameOf } from "../calls/bind-name.ts";
import { evaluateMap } from "../expressions/evaluate.ts";
import { meantBy } from "../names/habits.ts";
import { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import { appendNode } from "../state/append-node.ts";
import { currentMap } from "../state/current-map.ts";
import { spreadsMeet } from "../state/dilate.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { describeMap } from "../state/map-facts.ts";
import { resolutionsMeet, sizesMeet, symbolsMeet } from "../state/meet-checks.ts";
import { channelsMeet, repeatedMaps } from "../state/one-position.ts";
import { type CropRule, cropTo, cropToMeet } from "./crop.ts";

const skipParameters: readonly ParameterSpecification[] = [
  {
    name: "crop",
    type: { kind: "choice", words: ["none", "centred", "aligned"] },
    summary: "how to crop the larger feature map to the size of the smaller one",
    positional: false,
    required: false,
    default: "none",
  },
];

const cropToParameters: readonly ParameterSpecification[] = [
  {
    name: "rule",
    type: { kind: "choice", words: ["aligned", "centred"] },
    summary: "crop at the exact offset between the grids, or by the same amount on both sides",
    positional: true,
    required: false,
    default: "aligned",
  },
];

export function elaborateSkip(skip: Skip, scope: Scope, state: Elaboration): void {
  const name = nameOf(skip.as, scope, state);
  const operation = joinOperation(skip.join, state);
  const options = bindArguments("skip", skipParameters, skip.options, skip.span, scope, state);
  const here = currentMap("skip", skip.span, state);
  const started = state.current !== undefined;
  const sources = skip.sources.map((source) => (started ? evaluateMap(source, scope, state) : poison));
  const arriving = sources.map((source) => {
    state.current = source;
    if (skip.path !== undefined) state.body(skip.path, new Scope(scope, false), state, "body");
    return state.current;
  });
  const maps = arriving.flatMap((map) => (map.kind === "map" ? [map] : []));
  const crop = options?.values.get("crop");
  state.current =
    here !== undefined && maps.length === arriving.length && operation !== undefined && options !== undefined
      ? joinMaps(
          operation,
          [here, ...maps],
          crop?.kind === "choice" ? (crop.value as "none" | CropRule) : "none", // the parameter's three words
          { span: skip.span, label: name?.label, construct: "skip" },
          state,
        )
      : poison;
  bindMap(name, state.current, scope, state);
}

export function elaborateFork(fork: Fork, scope: Scope, state: Elaboration): void {
  const name = nameOf(fork.as, scope, state);
  const operation = joinOperation(fork.join, state);
  const options = bindArguments("fork", [], fork.options, fork.span, scope, state);
  const start = currentMap("fork", fork.span, state) ?? poison;
  const ends: (MapValue | Poison)[] = [];
  const ordinal = state.names.ordinal(state.prefix, "fork");
  const forkPrefix = `${state.prefix}${name?.label ?? `fork${ordinal}`}.`;
  state.body(fork.body, new Scope(scope, false), state, "fork", (path, pathScope) => {
    state.current = start;
    const surroundings = {
      path: [...state.path, state.nextStep("path", "path")],
      prefix: `${forkPrefix}path${ends.length + 1}.`,
    };
    state.within(surroundings, () => state.body(path.body, new Scope(pathScope, false), state, "body"));
    const end = state.current;
    bindMap(nameOf(path.as, pathScope, state), end, pathScope, state);
    ends.push(end);
  });
  if (ends.length === 0 && !state.stopped) state.report("structure/fork-without-paths", {}, fork.span);
  const maps = ends.filter((end) => end.kind === "map");
  const sound =
    maps.length === ends.length && maps.length > 0 && operation !== undefined && options !== undefined;
  state.current = sound
    ? joinMaps(operation, maps, "none", { span: fork.span, label: name?.label, construct: "fork" }, state)
    : poison;
  bindMap(name, state.current, scope, state);
}

export function elaborateCropTo(crop: CropTo, scope: Scope, state: Elaboration): void {
  const name = nameOf(crop.as, scope, state);
  const options = bindArguments("crop to", cropToParameters, crop.options, crop.span, scope, state);
  const here = currentMap("crop to", crop.span, state);
  const reference = state.current === undefined ? poison : evaluateMap(crop.reference, scope, state);
  const rule = options?.values.get("rule");
  state.current =
    here !== undefined && reference.kind === "map" && options !== undefined
      ? cropTo(
          here,
          reference,
          rule?.kind === "choice" && rule.value === "centred" ? "centred" : "aligned",
          crop.span,
          name?.label,
          state,
        )
      : poison;
  bindMap(name, state.current, scope, state);
}

function joinOperation(name: Name, state: Elaboration): JoinName | undefined {
  const found = joinNames.find((join) => join === name.text);
  if (found === undefined)
    state.report(
      "structure/unknown-join",
      { join: name.text, ...meantBy(name.text, "join", joinNames) },
      name.span,
    );
  return found;
}

interface JoinPlace {
  readonly span: Span;
  readonly label: string | undefined;
  readonly construct: "skip" | "fork";
}

export function joinMaps(
  operation: JoinName,
  maps: readonly MapValue[],
  crop: "none" | CropRule,
  place: JoinPlace,
  state: Elaboration,
): MapValue | Poison {
  const [only] = maps;
  if (only === undefined || maps.length === 1) return only ?? poison;
  if (!symbolsMeet(operation, maps, place.span, state)) return poison;
  const repeated = repeatedMaps(operation, maps, state);
  const meeting = maps.filter((map) => !repeated.has(map));
  const [first, ...others] = meeting;
  if (first === undefined || !spreadsMeet(operation, meeting, place.span, state)) return poison;
  const alike = others.every((other) =>
    resolutionsMeet(operation, first, other, place.span, state, crop === "aligned"),
  );
  if (!alike) return poison;
  const cropped = crop === "none" ? meeting : cropToMeet(meeting, crop, place.span, state);
  if (crop === "none" && !others.every((other) => sizesMeet(operation, first, other, place, state)))
    return poison;
  if (!channelsMeet(operation, maps, repeated, place.span, state)) return poison;
  const inputs = maps.flatMap((map) => {
    const input = repeated.has(map) ? map : cropped[meeting.indexOf(map)];
    return input?.kind === "map" ? [input.node] : [];
  });
  if (inputs.length < maps.length) return poison;
  const related = () => maps.map((map) => ({ span: map.span, message: describeMap(map, state) }));
  return appendNode(
    joined(operation, inputs),
    { ...place, called: `the feature map after ${operation}`, related },
    state,
  );
}
