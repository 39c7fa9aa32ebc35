/** Where the positions of two feature maps are, in words. */
import type {
  MapComparison,
  PairOffset,
  PlacedMap,
} from "../../../compiler/analyses/explain/compare-maps.ts";
import type { Exact } from "../../../compiler/geometry/exact.ts";
import { counted, isNegative } from "../../text/exact-text.ts";

/** Lines, without a line break at the end. */
export function comparisonText({ maps: [first, second], apart, related }: MapComparison): readonly string[] {
  const pair = apart.map((one) => (one === null ? undefined : pairText(one, first.name, second.name)));
  const [y, x] = pair;
  const said = y === x ? [y] : [y && `${y}, down`, x && `${x}, across`];
  return [
    ...[first, second].map(placeLine),
    ...said.flatMap((line) => line ?? []),
    ...(related
      ? []
      : ["the sizes of their inputs have no fixed ratio, so nothing is known of the two together"]),
  ];
}

function placeLine({ name, stride, offset, reason }: PlacedMap): string {
  const lines = ([0, 1] as const).map((axis) => {
    const [step, start] = [stride[axis], offset[axis]];
    return step === null || start === null
      ? undefined
      : `position i is centred at pixel ${linear(step, start)}`;
  });
  if (reason !== null) return `${name}: ${reason}`;
  return lines[0] === lines[1] ? `${name}: ${lines[0]}` : `${name}: down, ${lines[0]}; across, ${lines[1]}`;
}

/** "8·i + 7/2" */
function linear(stride: Exact, offset: Exact): string {
  const term = stride === 1 ? "i" : typeof stride === "string" ? `(${stride})·i` : `${stride}·i`;
  if (offset === 0) return term;
  const text = String(offset);
  return text.startsWith("-") ? `${term} − ${text.slice(1)}` : `${term} + ${text}`;
}

function pairText({ pixels, cells, ratio }: PairOffset, first: string, second: string): string {
  const where =
    pixels === 0
      ? `position 0 of ${second} coincides with position 0 of ${first}`
      : `position 0 of ${second} is ${counted(pixels, "input pixel")} (${counted(cells, "position")}) ${isNegative(pixels) ? "before" : "past"} position 0 of ${first}`;
  return ratio === 1
    ? `${where}, and likewise for every position`
    : `${where}; one position of ${first} has the length of ${ratio} of ${second}`;
}
