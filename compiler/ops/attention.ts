/**
 * Attention between feature maps: from every position to all positions of another (Wang et al. 2018, section 3; Vaswani et al. 2017,
 * section 3.2), and by way of a few regions (Chen et al. 2018, section 3; Yuan, Chen & Wang 2020, section 3.2).
 */
import { type PerAxis, perAxis } from "../axis.ts";
import { Refusal, refuse } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { wholeWhere } from "../geometry/sized.ts";
import { applyStep } from "../sizes/apply-step.ts";
import { constantCells } from "../sizes/constant-cells.ts";
import { divisors, gcd } from "../sizes/integers.ts";
import { meet } from "../sizes/meet.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { existsSet, isAll, restrict } from "../sizes/size-set.ts";
import type { Attributes } from "./attributes.ts";
import { count as countNotation, extent, flag as flagNotation } from "./notation.ts";
import type { MapShape, Operation } from "./operation.ts";
import { argumentOf, count, flag, named, required, requiredArgument } from "./parameters.ts";
import { readsAll, readsItself } from "./reads.ts";
import { inputsOf } from "./roles.ts";
import { inputAt, nameAsLabel, noWeights, spatial } from "./rules.ts";
import { flagged, said, unless } from "./said.ts";
import { fixedSize } from "./size-steps.ts";
import { unchanged } from "./windowed.ts";
import type { Word } from "./word.ts";

/** The first feature map's places, from each of which the whole input is seen. */
const wholeAtFirst = (_: unknown, inputs: readonly AxisGeometry[]): AxisGeometry =>
  wholeWhere(inputAt(inputs, 0));

/** The size where the other feature map exists, too. */
function where(size: SizeFunction, other: SizeFunction): SizeFunction | Refusal {
  const exists = existsSet(other);
  return isAll(exists) ? size : restrict(size, exists);
}

function positionsOf([, height, width]: MapShape): number {
  return height * width;
}

/** @param positions of the gathered feature map, where they are known and not as they must be */
function differing(channels: number, positions: PerAxis<number | undefined>): Refusal {
  return refuse("operations/regions-differ", { channels, positions }, "gathered");
}

const shared = {
  kind: "attention",
  traits: spatial,
  weights: noWeights,
  moment: "ends",
} as const;

export const attend: Operation<Attributes["attend"]> = {
  ...shared,
  name: "attend",
  summary:
    "At each position the mean of the values at all positions, weighted by the softmax of the products of its query with their keys.",
  inputs: inputsOf("values", "whole", "whole"),
  schema: { heads: countNotation },
  label: ({ heads }) => (heads === 1 ? "attend" : `attend, ${heads} heads`),
  say: ({ heads }) => said("attend", ["key = …", "value = …"], unless(`${heads}`, "1", "heads")),
  channels: ({ heads }, inputs): number | Refusal => {
    const [query, key, value] = [inputAt(inputs, 0), inputAt(inputs, 1), inputAt(inputs, 2)];
    if (query !== key) return refuse("operations/attend-channels-differ", { query, key }, "key");
    const undivided = [query, value].find((channels) => channels % heads !== 0);
    if (undivided === undefined) return value;
    const facts = {
      call: `attend(heads = ${heads})`,
      parts: heads,
      what: "heads",
      channels: undivided,
    } as const;
    const possible = divisors(gcd(query, value));
    return refuse("operations/parts-do-not-divide", { ...facts, possible }, "heads");
  },
  size: (_, inputs) => {
    const both = meet(inputAt(inputs, 1), inputAt(inputs, 2));
    return both instanceof Refusal ? both : where(inputAt(inputs, 0), both);
  },
  geometry: wholeAtFirst,
  scale: () => ({ of: 0 }),
  reads: () => [...readsItself(), ...readsAll(), ...readsAll()],
  dilated: unchanged,
  /** Of every pair of positions: the product of query and key, and its share of the value. */
  multiplyAdds: (_, [query, key, value]) => {
    if (query === undefined || key === undefined || value === undefined) return 0;
    return positionsOf(query) * positionsOf(key) * (query[0] + value[0]);
  },
};

export const attendWord: Word = {
  name: "attend",
  summary:
    "Attention: at each position the mean of the values at all positions, weighted by the softmax of the products of its query, the current feature map, with their keys.",
  parameters: [
    required("key", { kind: "map" }, "The keys: as many channels as the current feature map, of any size."),
    required("value", { kind: "map" }, "The values, of the size of the keys: the result has their channels."),
    named(
      "heads",
      count,
      "Groups of channels that attend separately; must divide the channels of keys and values.",
      "1",
    ),
  ],
  lower: (call) => {
    const [key, value] = [requiredArgument(call, "key", "map"), requiredArgument(call, "value", "map")];
    const attributes = { heads: argumentOf(call, "heads", "count") ?? 1 };
    return [{ operation: "attend", attributes, inputs: [call.current.node, key.node, value.node] }];
  },
};

export const gather: Operation<Attributes["gather"]> = {
  ...shared,
  name: "gather",
  summary:
    "For each channel of the second feature map, the sum of the first over all positions weighted by it; the result has a position for each of those channels.",
  inputs: inputsOf("values", "values"),
  schema: { positions: extent(countNotation), mean: flagNotation },
  label: nameAsLabel("gather"),
  say: ({ mean }) => said("gather", ["regions = …"], flagged("mean", mean)),
  channels: ({ positions }, inputs): number | Refusal => {
    const found = inputAt(inputs, 1);
    return found === positions[0] * positions[1] ? inputAt(inputs, 0) : differing(found, positions);
  },
  size: ({ positions }, inputs, axis) => {
    const both = meet(inputAt(inputs, 0), inputAt(inputs, 1));
    return both instanceof Refusal ? both : applyStep(both, fixedSize(positions[axis]));
  },
  geometry: () => ({ kind: "whole", grid: undefined }),
  scale: () => "whole",
  reads: () => [...readsAll(), ...readsAll()],
  dilated: { kind: "whole" },
  multiplyAdds: ({ positions }, [map]) =>
    map === undefined ? 0 : map[0] * positionsOf(map) * positions[0] * positions[1],
};

export const gatherWord: Word = {
  name: "gather",
  summary:
    "For each channel of another feature map, the sum of the current one over all positions, weighted by that channel; the result has one position for each.",
  parameters: [
    required(
      "regions",
      { kind: "map" },
      "The weights, of the current feature map's size: a channel for each region.",
    ),
    named("mean", flag, "Divide by the number of positions.", "false: the sum"),
  ],
  lower: (call) => {
    const regions = requiredArgument(call, "regions", "map");
    const mean = argumentOf(call, "mean", "flag") ?? false;
    return [
      {
        operation: "gather",
        attributes: { positions: [regions.channels, 1], mean },
        inputs: [call.current.node, regions.node],
      },
    ];
  },
};

export const distribute: Operation<Attributes["distribute"]> = {
  ...shared,
  name: "distribute",
  summary:
    "At each position the sum of the second feature map over its positions, one for each channel of the first, weighted by that channel.",
  inputs: inputsOf("values", "whole"),
  schema: { positions: extent(countNotation) },
  label: nameAsLabel("distribute"),
  say: () => said("distribute", ["gathered = …"]),
  channels: ({ positions }, inputs): number | Refusal => {
    const found = inputAt(inputs, 0);
    return found === positions[0] * positions[1] ? inputAt(inputs, 1) : differing(found, positions);
  },
  size: ({ positions }, inputs, axis) => {
    const gathered = inputAt(inputs, 1);
    const cells = constantCells(gathered);
    if (cells === positions[axis]) return where(inputAt(inputs, 0), gathered);
    return differing(
      positions[0],
      perAxis((each) => (each === axis ? cells : undefined)),
    );
  },
  geometry: wholeAtFirst,
  scale: () => ({ of: 0 }),
  reads: () => [...readsItself(), ...readsAll()],
  dilated: unchanged,
  multiplyAdds: ({ positions }, _, [channels, height, width]) =>
    positions[0] * positions[1] * channels * height * width,
};

export const distributeWord: Word = {
  name: "distribute",
  summary:
    "At each position the sum of the gathered positions, weighted by the channels of the current feature map: one channel for each gathered position.",
  parameters: [
    required(
      "gathered",
      { kind: "map" },
      "A feature map of K × 1 positions, for K channels of the current one, as gather makes.",
    ),
  ],
  lower: (call) => {
    const gathered = requiredArgument(call, "gathered", "map");
    return [
      {
        operation: "distribute",
        attributes: { positions: [call.current.channels, 1] },
        inputs: [call.current.node, gathered.node],
      },
    ];
  },
};
