/** Joins: one feature map from several of equal size, by adding, multiplying or stacking channels. */
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { join } from "../geometry/join.ts";
import { meet } from "../sizes/meet.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import type { Operation } from "./operation.ts";
import { cellwise, inputAt, noMultiplyAdds, noWeights } from "./rules.ts";

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
  summary: string,
  channels: (inputs: readonly number[]) => number | Refusal,
): Operation<NoAttributes> {
  return {
    name,
    summary,
    traits: cellwise,
    channels: (_, inputs) => channels(inputs),
    size: commonSize,
    geometry: (_, inputs) => join(inputs),
    weights: noWeights,
    multiplyAdds: noMultiplyAdds,
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
  "The sum of feature maps at each position and channel.",
  equalChannels("add"),
);
export const multiply = joining(
  "multiply",
  "The product of feature maps at each position and channel.",
  equalChannels("multiply"),
);
export const concat = joining("concat", "The concatenation of feature maps along the channels.", (inputs) =>
  inputs.reduce((sum, channels) => sum + channels, 0),
);
