/** Appends a node to the graph, with its name and origin, and checks that its feature map can exist. */
import type { Span } from "../../../grammar/span.ts";
import { axes } from "../../axis.ts";
import type { Related } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Origin } from "../../network/graph.ts";
import type { Lowered } from "../../ops/word.ts";
import { formatSet } from "../../sizes/format-set.ts";
import type { SizeSet } from "../../sizes/size-function.ts";
import { allSizes, existsSet, intersect, isEmpty } from "../../sizes/size-set.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import { contradicting } from "./contradicting.ts";
import { dilate } from "./dilate.ts";
import type { Elaboration } from "./elaboration.ts";
import { warnFewLeft } from "./few-left.ts";

const mostNodes = 100_000;

export interface NodePlace {
  /** The call or statement that makes it. */
  readonly span: Span;
  /** Span of each argument, by parameter. */
  readonly arguments?: ReadonlyMap<string, Span>;
  /** The source's name for it (`as pool3`). */
  readonly label?: string | undefined;
  readonly construct?: Origin["construct"];
  /** The feature maps it joins, for an error. */
  readonly related?: () => readonly Related[];
  /** What messages call the feature map when it has no label: "the feature map after conv". */
  readonly called?: string;
}

/** Appends one node. An error is reported, and the result is poison. */
export function appendNode(lowered: Lowered, place: NodePlace, state: Elaboration): MapValue | Poison {
  if (state.builder.length >= mostNodes) {
    if (!state.stopped) state.report("names/too-large", { what: "operations", limit: mostNodes }, place.span);
    state.stopped = true;
    return poison;
  }
  const { dilation } = state;
  const dilated =
    dilation === undefined ? { lowered, spread: undefined } : dilate(lowered, place.span, dilation, state);
  if (dilated === undefined) return poison;
  const id = state.builder.append({
    ...dilated.lowered,
    name: state.names.claim(state.prefix, place.label, lowered.operation),
    origin: {
      span: place.span,
      ...calledAt(place.span, state),
      role: state.role,
      scope: state.path,
      construct: place.construct,
      label: place.label,
    },
  });
  if (id instanceof Refusal) {
    state.refused(id, place.span, place.arguments, place.related);
    if (id.problem.code === "sizes/too-many") state.stopped = true;
    return poison;
  }
  if (!sharesWeights(id, place, state)) return poison;
  if (dilated.spread !== undefined) dilation?.spread(id, dilated.spread);
  const map: MapValue = {
    kind: "map",
    node: id,
    called: place.label ?? place.called ?? `the feature map after ${lowered.operation}`,
    span: place.span,
    members: undefined,
  };
  const node = state.builder.node(id);
  const before = node.inputs.length > 1 ? new Map(state.accepted) : undefined;
  if (!acceptSizes(map, place, state)) return poison;
  if (before !== undefined) warnFewLeft(node, before, place.span, state);
  return map;
}

/** The innermost call in the file of the outermost one, where the place itself is in another file. */
function calledAt(span: Span, { calls }: Elaboration): Pick<Origin, "calledAt"> {
  const own = calls[0]?.span.file;
  if (own === undefined || own === span.file) return {};
  const call = calls.findLast((each) => each.span.file === own);
  return call === undefined ? {} : { calledAt: call.span };
}

/** In a call that shares the weights of another, a node with weights takes those of the next such node there. */
function sharesWeights(id: number, place: NodePlace, state: Elaboration): boolean {
  const { sharing } = state;
  if (sharing === undefined || state.builder.node(id).weights.length === 0) return true;
  const refusal = sharing.take(id, state.builder);
  if (refusal !== undefined) state.refused(refusal, place.span, place.arguments);
  return refusal === undefined;
}

/** Restricts the sizes that the network accepts to those at which the feature map exists; reports when none is left. */
function acceptSizes(map: MapValue, place: NodePlace, state: Elaboration): boolean {
  const { size } = state.builder.node(map.node).map;
  for (const axis of [0, 1] as const) {
    if (state.acceptedMaps.has(size[axis])) continue;
    const own = existsSet(size[axis]);
    if (isEmpty(own)) {
      state.report("sizes/empty", { what: map.called, axis: axes[axis] }, place.span);
      return false;
    }
    const { symbol } = size[axis];
    state.acceptedMaps.add(size[axis]);
    if (symbol === undefined) continue;
    const before = state.accepted.get(symbol) ?? allSizes(symbol);
    const after = intersect(before, own);
    if (after instanceof Refusal) {
      state.refused(after, place.span);
      return false;
    }
    if (isEmpty(after)) {
      const facts = {
        needs: formatSet(own, { unicode: true }),
        accepted: formatSet(before, { unicode: true }),
        example: undefined,
      };
      state.report("sizes/conditions-contradict", facts, place.span, {
        related: contradicting(symbol, own, state),
      });
      return false;
    }
    if (!sameSet(after, before)) state.conditions.push({ symbol, accepted: own, span: place.span });
    state.accepted.set(symbol, after);
  }
  return true;
}

/** Sets are normalised, so equal sets have equal fields. */
function sameSet(a: SizeSet, b: SizeSet): boolean {
  const [first, second] = [a, b].map(({ prefix, cycle }) => [prefix.length, ...prefix, ...cycle]);
  return (
    first?.length === second?.length && first?.every((member, place) => member === second?.[place]) === true
  );
}
