/** Joins: one feature map from several of equal size, by adding, multiplying or stacking channels. */
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { join } from "../geometry/join.ts";
import { meet } from "../sizes/meet.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import type { Operation } from "./operation.ts";
import { readsEach } from "./reads.ts";
import { severalMaps } from "./roles.ts";
import { cellwise, inputAt, nameAsLabel, noMultiplyAdds, noWeights, sameScale } from "./rules.ts";
import { said } from "./said.ts";
import { unchanged } from "./windowed.ts";
import type { Lowered } from "./word.ts";

type NoAttributes = Record<never, never>;

/** The size of them all where all sizes are equal; `undefined` elsewhere. */
function commonSize(_: NoAttributes, inputs: readonly SizeFunction[]): SizeFunction | Refusal {
  return inputs
    .slice(1)
    .reduce<SizeFunction | Refusal>(
      (common, size) => (common instanceof Refusal ? common : meet(common, size)),
      inputAt(inputs, 0),
    );
}

function joining(
  name: string,
  joins: NonNullable<Operation<NoAttributes>["joins"]>,
  summary: string,
  channels: (inputs: readonly number[]) => number | Refusal,
): Operation<NoAttributes> {
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
    size: commonSize,
    geometry: (_, inputs) => join(inputs),
    scale: sameScale,
    reads: readsEach,
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
    dilated: unchanged,
    joins,
    moment: joins === "multiplies" ? "ends" : "passes",
  };
}

function equalChannels(name: string): (inputs: readonly number[]) => number | Refusal {
  return (inputs) => {
    const first = inputAt(inputs, 0);
    return inputs.every((channels) => channels === first)
      ? first
      : refuse("operations/channels-differ", { join: name, channels: inputs });
  };
}

export const add = joining(
  "add",
  "adds",
  "The sum of feature maps at each position and channel.",
  equalChannels("add"),
);
export const multiply = joining(
  "multiply",
  "multiplies",
  "The product of feature maps at each position and channel.",
  equalChannels("multiply"),
);
export const concat = joining(
  "concat",
  "stacks",
  "The concatenation of feature maps along the channels.",
  (inputs) => inputs.reduce((sum, channels) => sum + channels, 0),
);

/** The words after `by`, in the order of messages. */
export const joinNames = ["add", "concat", "multiply"] as const;
export type JoinName = (typeof joinNames)[number];

/** What a residual section does with its two feature maps. */
export const residualJoin: JoinName = "add";

export function joined(operation: JoinName, inputs: readonly number[]): Lowered {
  return { operation, attributes: {}, inputs };
}
