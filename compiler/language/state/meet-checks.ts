/** Checks that feature maps to be joined have the same resolution, and equal sizes for some input. */
import type { Span } from "../../../grammar/span.ts";
import { axes } from "../../axis.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { SizeExample } from "../../diagnostics/sizes.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { gridsTogether } from "../../geometry/input-scale.ts";
import { divide, equals, formatRational } from "../../geometry/rational.ts";
import { isFitted } from "../../network/fitted.ts";
import type { Origin } from "../../network/graph.ts";
import { formatSet } from "../../sizes/format-set.ts";
import { formula } from "../../sizes/formula.ts";
import { difference } from "../../sizes/meet.ts";
import type { SizeFunction } from "../../sizes/size-function.ts";
import { allSizes, equalSet, existsSet, intersect, isEmpty } from "../../sizes/size-set.ts";
import { sizeAt } from "../../sizes/size-table.ts";
import type { MapValue } from "../names/value.ts";
import { contradicting } from "./contradicting.ts";
import type { Elaboration } from "./elaboration.ts";
import { describeMap } from "./map-facts.ts";
import { positionsMatch } from "./one-position.ts";

/**
 * Reports feature maps whose sizes depend on different symbols along one axis: their relation is unknown.
 * @param join here and below, what is done with them, as a verb: "add", "crop", "refine"
 */
export function symbolsMeet(
  join: string,
  maps: readonly MapValue[],
  span: Span,
  state: Elaboration,
): boolean {
  for (const axis of [0, 1] as const) {
    const symbols = new Set(maps.map((map) => state.builder.node(map.node).map.size[axis].symbol));
    symbols.delete(undefined);
    const [first, second] = symbols;
    if (first === undefined || second === undefined) continue;
    const related = maps.map((map) => ({ span: map.span, message: describeMap(map, state) }));
    state.report("sizes/different-symbols", { join, first, second }, span, { related });
    return false;
  }
  return true;
}

/**
 * Reports feature maps whose strides differ, and how to make them equal.
 * @param exactly also where one of them was fitted to a size: a crop by coordinates needs equal strides
 */
export function resolutionsMeet(
  join: string,
  first: MapValue,
  second: MapValue,
  span: Span,
  state: Elaboration,
  exactly = false,
): boolean {
  for (const axis of [0, 1] as const) {
    const own = gridWithin(state.builder.node(first.node).map.geometry[axis]);
    const other = gridWithin(state.builder.node(second.node).map.geometry[axis]);
    // For inputs without a fixed ratio of sizes, only the sizes decide.
    const together = own === undefined || other === undefined ? undefined : gridsTogether(own, other);
    if (together === undefined || equals(together[0].stride, together[1].stride)) continue;
    const nodes = (id: number) => state.builder.node(id);
    if (!exactly && [first, second].some(({ node }) => isFitted(node, nodes, state.builder))) continue;
    const [a, b] = together;
    const factor = divide(a.stride, b.stride);
    const help =
      factor.denominator === 1
        ? `upsample by ${factor.numerator} more first, or use a feature map at 1/${formatRational(a.stride)}`
        : factor.numerator === 1
          ? `upsample the other feature map by ${factor.denominator}, or pool this one by ${factor.denominator}`
          : `the strides are ${formatRational(a.stride)} and ${formatRational(b.stride)} input pixels`;
    state.report(
      "geometry/resolutions-differ",
      {
        join,
        first: describeMap(first, state, second),
        second: describeMap(second, state, first),
        help,
      },
      span,
      {
        related: [
          { span: first.span, message: describeMap(first, state, second) },
          { span: second.span, message: describeMap(second, state, first) },
        ],
      },
    );
    return false;
  }
  return true;
}

/** Reports feature maps whose sizes are equal at no input size, or at none that the rest of the network accepts; and a 1 × 1 feature map that is joined with a larger one. */
export function sizesMeet(
  join: string,
  first: MapValue,
  second: MapValue,
  { span, construct }: { readonly span: Span; readonly construct: Origin["construct"] },
  state: Elaboration,
): boolean {
  if (!positionsMatch(join, first, second, span, state)) return false;
  const related = () => [first, second].map((map) => ({ span: map.span, message: map.called }));
  for (const axis of [0, 1] as const) {
    const a = state.builder.node(first.node).map.size[axis];
    const b = state.builder.node(second.node).map.size[axis];
    const symbol = a.symbol ?? b.symbol;
    if (state.meetings.areKnown(a, b, symbol)) continue;
    const accepted = (symbol === undefined ? undefined : state.accepted.get(symbol)) ?? allSizes(symbol);
    const equal = equalSet(a, b);
    const left = equal instanceof Refusal ? equal : intersect(equal, accepted);
    if (equal instanceof Refusal || left instanceof Refusal) {
      if (left instanceof Refusal) state.refused(left, span);
      return false;
    }
    if (isEmpty(equal)) {
      const facts = {
        join,
        axis: axes[axis],
        first: first.called,
        second: second.called,
        firstFormula: formula(a, existsSet(a), { unicode: true }),
        secondFormula: formula(b, existsSet(b), { unicode: true }),
        example: exampleOf(a, b, symbol),
        help: companionHelp[join] ?? cropHelp(a, b, construct),
      };
      state.report("sizes/never-meet", facts, span, { related: related() });
      return false;
    }
    if (isEmpty(left)) {
      const facts = {
        needs: formatSet(equal, { unicode: true }),
        accepted: formatSet(accepted, { unicode: true }),
        example: exampleOf(a, b, symbol),
      };
      const earlier = symbol === undefined ? [] : contradicting(symbol, equal, state);
      state.report("sizes/conditions-contradict", facts, span, { related: earlier });
      return false;
    }
    state.meetings.remember(a, b, symbol);
  }
  return true;
}

/** Help for operations without a crop option, whose second feature map only supports the first. */
const companionHelp: Readonly<Record<string, string>> = {
  unpool: "unpool needs a feature map of the same size as the pool: crop or pad the current one first",
  refine:
    "crf needs a feature map of the same size as its guide: crop to the guide first (crop to image, aligned), or use upsample(to = image, bilinear)",
};

/** A common input size at which both feature maps exist and differ. */
function exampleOf(a: SizeFunction, b: SizeFunction, symbol: string | undefined): SizeExample | undefined {
  if (symbol === undefined) return undefined;
  for (const size of [256, 512, 572, 500, 100, 1024, 64, 2048]) {
    const first = sizeAt(a, size);
    const second = sizeAt(b, size);
    if (first !== undefined && second !== undefined && first !== second)
      return { symbol, size, first, second };
  }
  return undefined;
}

/** The crop that makes the sizes equal. Paths of a fork do not crop each other: one of them must end in a crop. */
function cropHelp(a: SizeFunction, b: SizeFunction, construct: Origin["construct"]): string | undefined {
  const apart = difference(a, b);
  if (apart instanceof Refusal) return undefined;
  const { prefix, cycle, rise } = apart;
  const found = new Set([...prefix, ...cycle].filter((value) => value !== undefined));
  const [only] = found;
  if (rise !== 0 || found.size !== 1 || only === undefined)
    return construct === "fork"
      ? "end one path with upsample(to = x, bilinear), or crop it to a feature map of the other size"
      : "crop = aligned crops the larger feature map by the offset between the grids";
  const cells = Math.abs(only);
  const sides = `${cells / 2} from each side of the larger feature map`;
  if (construct === "fork")
    return cells % 2 === 0
      ? `crop(${cells / 2}) at the end of its path removes ${sides}`
      : `the sizes differ by ${cells}: crop(bottom = …, right = …) at the end of the path of the larger feature map crops one side only`;
  return cells % 2 === 0
    ? `crop = centred removes ${sides}`
    : `the sizes differ by ${cells}: crop = aligned crops by the offset between the grids, or pad one feature map by ${cells}`;
}
