/** Crops one feature map to another: by the same amount on both sides, or by the exact offset of their grids. */

import type { Span } from "../../../grammar/span.ts";
import { axes, type PerAxis, perAxis } from "../../axis.ts";
import type { Related } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { alignedCrop } from "../../geometry/alignment.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { floor, formatRational, isWhole, multiply, rational, subtract } from "../../geometry/rational.ts";
import { reasonOf } from "../../geometry/sized.ts";
import { croppedTo } from "../../ops/cropping.ts";
import { centredOffset } from "../../sizes/centred-offset.ts";
import { formula } from "../../sizes/formula.ts";
import { difference } from "../../sizes/meet.ts";
import type { SizeFunction } from "../../sizes/size-function.ts";
import { allSizes, existsSet } from "../../sizes/size-set.ts";
import { type MapValue, type Poison, poison } from "../names/value.ts";
import { appendNode } from "../state/append-node.ts";
import type { Elaboration } from "../state/elaboration.ts";
import { resolutionsMeet, symbolsMeet } from "../state/meet-checks.ts";

export type CropRule = "centred" | "aligned";

/** Crops feature maps to the size of the smallest one; the result keeps their order. */
export function cropToMeet(
  maps: readonly MapValue[],
  rule: CropRule,
  span: Span,
  state: Elaboration,
): readonly (MapValue | Poison)[] {
  let [smallest] = maps;
  for (const map of maps.slice(1)) {
    if (smallest === undefined) break;
    const larger = largerOf(smallest, map, rule, span, state);
    if (larger === undefined) return [poison];
    if (larger === "first") smallest = map;
  }
  return maps.map((map) => {
    if (smallest === undefined || map === smallest) return map;
    const larger = largerOf(map, smallest, rule, span, state);
    if (larger === undefined) return poison;
    return larger === "first" ? cropTo(map, smallest, rule, span, undefined, state) : map;
  });
}

/** Crops `map` to the height and width of `reference`. */
export function cropTo(
  map: MapValue,
  reference: MapValue,
  rule: CropRule,
  span: Span,
  label: string | undefined,
  state: Elaboration,
): MapValue | Poison {
  const possible =
    symbolsMeet("crop", [map, reference], span, state) &&
    resolutionsMeet("crop", map, reference, span, state, rule === "aligned") &&
    canBeCut(map, reference, rule, span, state);
  if (!possible) return poison;
  const offset =
    rule === "aligned" ? alignedOffset(map, reference, span, state) : halfDifference(map, reference, state);
  if (offset === undefined) return poison;
  return appendNode(
    croppedTo(map.node, reference.node, rule, offset),
    { span, label, construct: "crop", called: "the cropped feature map" },
    state,
  );
}

/** Reports a crop that is possible at no input size: its feature map is always the smaller one, or the difference is always odd. */
function canBeCut(
  map: MapValue,
  reference: MapValue,
  rule: CropRule,
  span: Span,
  state: Elaboration,
): boolean {
  for (const axis of [0, 1] as const) {
    const apart = sizeDifference(map, reference, axis, state);
    if (apart instanceof Refusal) {
      state.refused(apart, span);
      return false;
    }
    const surplus = [...apart.prefix, ...apart.cycle].filter((value) => value !== undefined);
    if (apart.rise !== 0 || surplus.length === 0) continue;
    const enough = surplus.filter((value) => value >= 0);
    const code =
      enough.length === 0
        ? "sizes/crop-needs-larger"
        : rule === "centred" && !enough.some((value) => value % 2 === 0)
          ? "sizes/crop-odd"
          : undefined;
    if (code === undefined) continue;
    const [own, other] = [map, reference].map(({ node }) => {
      const size = state.builder.node(node).map.size[axis];
      return formula(size, existsSet(size), { unicode: true });
    });
    const facts = { axis: axes[axis], map: own ?? "", reference: other ?? "" };
    state.report(code, facts, span, { related: placesOf(map, reference) });
    return false;
  }
  return true;
}

function placesOf(...maps: readonly MapValue[]): readonly Related[] {
  return maps.map(({ span, called }) => ({ span, message: called }));
}

function sizeDifference(
  first: MapValue,
  second: MapValue,
  axis: 0 | 1,
  state: Elaboration,
): SizeFunction | Refusal {
  const size = (map: MapValue) => state.builder.node(map.node).map.size[axis];
  return difference(size(first), size(second));
}

/** Which of the two is larger from some input size on; smaller inputs, where this may differ, are excluded by a condition. */
function largerOf(
  first: MapValue,
  second: MapValue,
  rule: CropRule,
  span: Span,
  state: Elaboration,
): "first" | "second" | "neither" | undefined {
  const signs = ([0, 1] as const).map((axis) => {
    const apart = sizeDifference(first, second, axis, state);
    if (apart instanceof Refusal) {
      state.refused(apart, span);
      return undefined;
    }
    const { cycle, rise } = apart;
    const values = rise === 0 ? cycle.filter((value) => value !== undefined) : [rise];
    return new Set(values.map(Math.sign).filter((sign) => sign !== 0));
  });
  if (signs.includes(undefined)) return undefined;
  const all = new Set(signs.flatMap((set) => [...(set ?? [])]));
  if (all.size > 1) {
    const reason = signs.some((set) => set !== undefined && set.size > 1)
      ? `${first.called} is larger at some input sizes, ${second.called} at others`
      : "one is higher and the other one wider";
    state.report("sizes/no-larger-map", { rule, reason }, span, { related: placesOf(first, second) });
    return undefined;
  }
  return all.has(1) ? "first" : all.has(-1) ? "second" : "neither";
}

/** Half the difference, where that is one number at all sizes accepted so far; per axis. */
function halfDifference(map: MapValue, reference: MapValue, state: Elaboration): PerAxis<number | undefined> {
  return perAxis((axis) => {
    const own = state.builder.node(map.node).map.size[axis];
    const other = state.builder.node(reference.node).map.size[axis];
    const symbol = own.symbol ?? other.symbol;
    const accepted = (symbol === undefined ? undefined : state.accepted.get(symbol)) ?? allSizes(symbol);
    const offset = centredOffset(own, other, accepted);
    return offset instanceof Refusal ? undefined : offset; // the node's own size rule refuses the same tables, aloud
  });
}

function alignedOffset(
  map: MapValue,
  reference: MapValue,
  span: Span,
  state: Elaboration,
): PerAxis<number> | undefined {
  const related = placesOf(map, reference);
  const offsets: number[] = [];
  for (const axis of [0, 1] as const) {
    const own = state.builder.node(map.node).map.geometry[axis];
    const other = state.builder.node(reference.node).map.geometry[axis];
    const grid = gridWithin(own);
    const offset = alignedCrop(own, other);
    if (grid === undefined || offset === undefined) {
      const reasons = [own, other].map(reasonOf);
      const bothLie = gridWithin(own) !== undefined && gridWithin(other) !== undefined;
      const reason =
        reasons.find((text) => text !== undefined) ??
        (bothLie ? "their strides differ" : "one of them is a single position for the whole input");
      state.report("geometry/unknown-alignment", { reason }, span, { related });
      return undefined;
    }
    const facts = { axis: axes[axis], offset: formatRational(offset) };
    if (!isWhole(offset)) {
      const part = subtract(offset, rational(floor(offset)));
      state.report(
        "geometry/fractional-crop",
        { ...facts, shift: formatRational(multiply(part, grid.stride)) },
        span,
        { related },
      );
      return undefined;
    }
    if (offset.numerator < 0) {
      const missing = { axis: axes[axis], missing: -offset.numerator };
      state.report("geometry/negative-crop", missing, span, { related });
      return undefined;
    }
    offsets.push(offset.numerator);
  }
  const [y, x] = offsets;
  return y === undefined || x === undefined ? undefined : [y, x];
}
