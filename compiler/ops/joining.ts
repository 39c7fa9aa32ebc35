/**
 * Joins: one feature map from several of equal size, position by position: their sum, difference, product, maximum or minimum, or
 * their channels together. All but the last broadcast.
 */
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { join } from "../geometry/join.ts";
import { meet } from "../sizes/meet.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { existsSet, isAll, restrict } from "../sizes/size-set.ts";
import { repeatedAlong } from "./broadcasting.ts";
import type { Operation } from "./operation.ts";
import { readsEach } from "./reads.ts";
import { severalMaps } from "./roles.ts";
import { cellwise, inputAt, nameAsLabel, noMultiplyAdds, noWeights, sameScale } from "./rules.ts";
import { said } from "./said.ts";
import { unchanged } from "./windowed.ts";
import type { Lowered } from "./word.ts";

type NoAttributes = Record<never, never>;

/** Whether a join repeats feature maps of one position, or of one channel, over the others. */
type Broadcasting = "broadcasts" | "does not broadcast";

interface Join {
  readonly name: JoinName;
  readonly joins: NonNullable<Operation<NoAttributes>["joins"]>;
  readonly summary: string;
  readonly broadcasting: Broadcasting;
}

/**
 * The size of the feature maps that are not repeated where all of them are equal and the repeated ones exist; `undefined`
 * elsewhere.
 */
function commonSize(inputs: readonly SizeFunction[], repeated: readonly boolean[]): SizeFunction | Refusal {
  const [first, ...others] = inputs.filter((_, place) => repeated[place] !== true);
  const common = others.reduce<SizeFunction | Refusal>(
    (size, other) => (size instanceof Refusal ? size : meet(size, other)),
    inputAt(
      [first].flatMap((size) => size ?? []),
      0,
    ),
  );
  return inputs.reduce<SizeFunction | Refusal>((size, other, place) => {
    const exists = existsSet(other);
    if (size instanceof Refusal || repeated[place] !== true || isAll(exists)) return size;
    return restrict(size, exists);
  }, common);
}

function joining(
  { name, joins, summary, broadcasting }: Join,
  channels: (inputs: readonly number[]) => number | Refusal,
): Operation<NoAttributes> {
  const broadcasts = broadcasting === "broadcasts";
  const repeatedOf = (sizes: readonly SizeFunction[]): readonly boolean[] =>
    broadcasts ? repeatedAlong(sizes) : sizes.map(() => false);
  return {
    name,
    summary,
    kind: "join",
    inputs: severalMaps,
    schema: {},
    traits: cellwise,
    label: nameAsLabel(name),
    say: () => said(name),
    channels: (_, inputs) => channels(inputs),
    size: (_, inputs) => commonSize(inputs, repeatedOf(inputs)),
    geometry: (_, inputs, _axis, sizes) => join(inputs, repeatedOf(sizes)),
    scale: sameScale,
    reads: readsEach,
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
    dilated: unchanged,
    joins,
    ...(broadcasts ? { broadcasts } : {}),
    moment: joins === "multiplies" ? "ends" : "passes",
  };
}

/** A feature map of one channel goes with every channel of the others. */
function commonChannels(name: JoinName): (inputs: readonly number[]) => number | Refusal {
  return (inputs) => {
    const [first = 1, ...others] = new Set(inputs.filter((channels) => channels !== 1));
    return others.length === 0
      ? first
      : refuse("operations/channels-differ", { join: name, channels: inputs });
  };
}

function elementwiseJoin(
  name: JoinName,
  joins: NonNullable<Operation<NoAttributes>["joins"]>,
  summary: string,
): Operation<NoAttributes> {
  return joining({ name, joins, summary, broadcasting: "broadcasts" }, commonChannels(name));
}

export const add = elementwiseJoin("add", "adds", "The sum of feature maps at each position and channel.");
export const subtract = elementwiseJoin(
  "subtract",
  "subtracts",
  "The first feature map less the others, at each position and channel.",
);
export const multiply = elementwiseJoin(
  "multiply",
  "multiplies",
  "The product of feature maps at each position and channel.",
);
export const maximum = elementwiseJoin(
  "maximum",
  "compares",
  "The largest value of several feature maps at each position and channel.",
);
export const minimum = elementwiseJoin(
  "minimum",
  "compares",
  "The smallest value of several feature maps at each position and channel.",
);
export const concat = joining(
  {
    name: "concat",
    joins: "stacks",
    summary: "The concatenation of feature maps along the channels.",
    broadcasting: "does not broadcast",
  },
  (inputs) => inputs.reduce((sum, channels) => sum + channels, 0),
);

/** The words after `by`, in the order of messages. */
export const joinNames = ["add", "subtract", "multiply", "maximum", "minimum", "concat"] as const;
export type JoinName = (typeof joinNames)[number];

/** What a residual section does with its two feature maps. */
export const residualJoin: JoinName = "add";

export function joined(operation: JoinName, inputs: readonly number[]): Lowered {
  return { operation, attributes: {}, inputs };
}
