/** Messages about arguments and feature maps that an operation does not accept. */
import { counted } from "../counted.ts";
import { joining, type Wording } from "./wording.ts";

export const operations = {
  "operations/groups-do-not-divide": (facts: {
    readonly groups: number;
    readonly channels: number;
    readonly side: "input" | "output";
    /** The valid numbers of groups, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `${facts.groups} groups do not divide ${counted(facts.channels, `${facts.side} channel`)}`,
    label: `${facts.channels} / ${facts.groups} is not a whole number`,
    help: `use a number of groups that divides the input and output channels: ${facts.possible.join(", ")}`,
  }),
  "operations/initialisation-needs-equal-channels": (facts: {
    readonly initialisation: "bilinear" | "identity";
    readonly input: number;
    readonly output: number;
  }): Wording => ({
    message: `init = ${facts.initialisation} needs as many output channels as input channels: found ${facts.input} input and ${facts.output} output channels`,
    help:
      facts.initialisation === "identity"
        ? `use channels = ${facts.input}, or identity(maps, deviation) with a number of maps that divides both, or another init`
        : `use channels = ${facts.input}, or another init`,
  }),
  "operations/identity-maps-do-not-divide": (facts: {
    readonly maps: number;
    readonly input: number;
    readonly output: number;
    readonly groups: number;
    /** The valid numbers of maps, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `init = identity(${facts.maps}) cannot divide ${facts.input} input and ${facts.output} output channels evenly among ${facts.maps} maps${facts.groups === 1 ? "" : ` in ${facts.groups} groups`}`,
    help:
      facts.possible.length === 0
        ? "use another init, or fewer groups"
        : `use a number of maps that divides both: ${facts.possible.join(", ")}`,
  }),
  "operations/identity-needs-odd-kernel": (facts: {
    readonly height: number;
    readonly width: number;
  }): Wording => ({
    message: `init = identity sets the centre of the kernel to 1, and a ${facts.height}x${facts.width} kernel has no centre element`,
    help: "use odd kernel sizes, or another init",
  }),
  "operations/padding-reaches-kernel": (facts: {
    readonly padding: number;
    readonly kernel: number;
    /** Extent of the window, from its first to its last element: larger than the kernel where it is dilated. */
    readonly reach: number;
    readonly axis: "y" | "x";
  }): Wording => ({
    message: `the padding of a pool must be smaller than its ${facts.reach === facts.kernel ? "kernel" : "dilated kernel"}: found padding ${facts.padding} and ${facts.axis === "y" ? "height" : "width"} ${facts.reach}, so a window could contain only padding`,
    help: `use padding = ${Math.max(0, facts.reach - 1)} or less`,
  }),
  "operations/same-needs-larger-kernel": (facts: {
    readonly kernel: number;
    readonly stride: number;
    readonly axis: "y" | "x";
  }): Wording => ({
    message: `a transposed convolution with kernel ${facts.kernel} and stride ${facts.stride} in ${facts.axis === "y" ? "height" : "width"} cannot make its input exactly ${facts.stride} times as large: the kernel is smaller than the stride, so some positions get no value`,
    help: `use a kernel of at least ${facts.stride}, or padding = valid`,
  }),
  "operations/channels-differ": (facts: {
    /** "add", "multiply" */
    readonly join: string;
    readonly channels: readonly number[];
    /** Of the feature maps at whose positions one of 1 × 1 is to be repeated, which concat does not do. */
    readonly repeatedTo?: number;
  }): Wording => ({
    message: `cannot ${joining(facts.join)} feature maps with ${listed(facts.channels)} channels`,
    help:
      facts.repeatedTo === undefined
        ? `make the channels equal first, with conv(${facts.channels[0]}, 1x1) on the other path, or join by concat`
        : `give the 1 × 1 feature map as many channels first: conv(${facts.repeatedTo}, 1x1)`,
  }),
  "operations/unpool-needs-maxpool": (facts: {
    readonly called: string;
    readonly operation: string;
  }): Wording => ({
    message: `unpool needs the pooling indices of a maxpool, and ${facts.called} comes from ${facts.operation}`,
    help: "name the pool directly after it, maxpool(2) as pool1 … unpool(pool1), or use unpool(nearest, 2)",
  }),
  "operations/unpool-channels-differ": (facts: {
    readonly values: number;
    readonly pool: number;
  }): Wording => ({
    message: `unpool needs as many channels as the pool: the current feature map has ${facts.values}, the pool ${facts.pool}`,
    help: `change the current feature map to ${counted(facts.pool, "channel")} first: conv(${facts.pool}, 1x1)`,
  }),
  "operations/argument-needed": (facts: {
    readonly word: string;
    /** What is missing, in words: "a kernel, or global". */
    readonly needs: string;
    /** A call as it could be: "maxpool(2)". */
    readonly example: string;
  }): Wording => ({
    message: `${facts.word} needs ${facts.needs}`,
    help: `for example ${facts.example}`,
  }),
  "operations/arguments-exclude": (facts: {
    readonly word: string;
    readonly first: string;
    readonly second: string;
    readonly reason: string;
    /** Where removing one is not what was meant. */
    readonly instead?: string;
  }): Wording => ({
    message: `${facts.word} cannot take ${facts.first} together with ${facts.second}: ${facts.reason}`,
    help: facts.instead ?? "remove one of the two",
  }),
  "operations/output-padding-too-large": (facts: {
    readonly outputPadding: number;
    readonly padding: number;
    readonly stride: number;
    readonly axis: "y" | "x";
  }): Wording => ({
    message:
      facts.outputPadding >= facts.stride
        ? `output_padding = ${facts.outputPadding} must be below the stride, which is ${facts.stride} along ${facts.axis}`
        : `output_padding = ${facts.outputPadding} is more than the padding, which is ${facts.padding} along ${facts.axis}: the last positions would have no value but the bias`,
    help: "the common form is padding = (kernel - 1) / 2 and output_padding = stride - 1; padding = same gives exactly stride times the size",
  }),
  "operations/rate-of-one": (facts: { readonly word: string; readonly rate: number }): Wording => ({
    message: `${facts.word}(${facts.rate}) would drop every value`,
    help: "the rate is the fraction of values to drop: at least 0 and below 1, usually 0.5",
  }),
  "operations/channels-do-not-shuffle": (facts: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
  }): Wording => ({
    message: `pixel_shuffle by ${facts.height}x${facts.width} needs a multiple of ${facts.height * facts.width} channels, not ${facts.channels}`,
    help: `the convolution before it needs ${facts.height * facts.width} times as many channels as you want after the shuffle`,
  }),
  "operations/dense-needs-constant-size": (facts: {
    readonly channels: number;
    readonly axis: "y" | "x";
    /** Of the input: "H". */
    readonly symbol: string;
    /** Size of the input feature map: "⌈H/32⌉". */
    readonly formula: string;
    /** A common input size, and the size of the feature map there. */
    readonly example: { readonly size: number; readonly cells: number } | undefined;
  }): Wording => {
    const { channels, symbol, example } = facts;
    const side = facts.axis === "y" ? "height" : "width";
    const sliding =
      example === undefined
        ? `conv(${channels}, height x width of this feature map, padding = valid)`
        : `conv(${channels}, ${example.cells}x${example.cells}, padding = valid) for ${symbol} = ${example.size}, where the ${side} is ${example.cells}`;
    return {
      message: `dense(${channels}) needs a feature map of fixed size, and the ${side} of this one depends on the input: ${facts.formula}`,
      help: `replace ${symbol} of the input by a number${example === undefined ? "" : ` such as ${example.size}`}, or use a convolution with the same weights, which also works on larger inputs: ${sliding}`,
    };
  },
  "operations/dense-has-no-kernel": (facts: {
    readonly initialisation: "bilinear" | "identity";
  }): Wording => ({
    message: `init = ${facts.initialisation} is for convolution kernels, and dense has none`,
    help: "use he, xavier, zeros or normal(…)",
  }),
  "operations/norm-groups-do-not-divide": (facts: {
    readonly groups: number;
    readonly channels: number;
    /** The valid numbers of groups, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `groupnorm(${facts.groups}) cannot divide ${counted(facts.channels, "channel")} into ${facts.groups} equal groups`,
    help: `use a number of groups that divides the channels: ${facts.possible.join(", ")}`,
  }),
  "operations/lrn-needs-odd-size": (facts: { readonly size: number }): Wording => ({
    message: `the size of lrn must be odd, so that its window is centred on a channel: found ${facts.size}`,
    help: `use size = ${facts.size + 1} or another odd number, usually 5`,
  }),
  "operations/lrn-needs-positive-k": (facts: { readonly k: number }): Wording => ({
    message: `lrn with k = ${facts.k} would divide by zero where the feature map is zero`,
    help: "use k > 0: 1 in Caffe, 2 in the paper",
  }),
  "operations/crf-needs-classes": (facts: { readonly channels: number }): Wording => ({
    message: `a crf needs one channel for each of two or more classes, and this feature map has ${facts.channels}`,
    help: "end the convolution before it in one channel for each class, two or more, and use softmax at the output",
  }),
  "operations/crf-needs-odd-window": (facts: {
    readonly height: number;
    readonly width: number;
  }): Wording => ({
    message: `the window of a crf must have odd sizes, so that it is centred on a position: found ${facts.height}x${facts.width}`,
    help: "use odd sizes: window = 3, 5x5 or 7",
  }),
  "operations/crf-guide-is-no-image": (facts: {
    readonly called: string;
    /** The operation that made it, which is neither an input nor a resampling. */
    readonly operation: string;
  }): Wording => ({
    message: `crf compares the colours of an image, and ${facts.called} comes from ${facts.operation}`,
    help: "use an input, or an input that was only cropped, padded, pooled or resampled: no gradient flows through the guide",
  }),
  "operations/parts-do-not-divide": (facts: {
    /** "channel_shuffle(3)" */
    readonly call: string;
    readonly parts: number;
    readonly what: "groups" | "heads";
    readonly channels: number;
    /** The valid numbers, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `${facts.call} cannot divide ${counted(facts.channels, "channel")} into ${facts.parts} equal ${facts.what}`,
    help: `use a number of ${facts.what} that divides the channels: ${facts.possible.join(", ")}`,
  }),
  "operations/attend-channels-differ": (facts: {
    readonly query: number;
    readonly key: number;
  }): Wording => ({
    message: `attend multiplies queries and keys channel by channel: the current feature map has ${counted(facts.query, "channel")}, the keys have ${facts.key}`,
    help: `give both the same number of channels, for example with conv(${facts.key}, 1x1) before attend`,
  }),
  "operations/regions-differ": (facts: {
    /** Of the feature map of weights. */
    readonly channels: number;
    /** Height and width of the gathered feature map; `undefined`: it depends on the input, or is as it must be. */
    readonly positions: readonly [number | undefined, number | undefined];
  }): Wording => {
    const [height, width] = facts.positions;
    const found =
      height === undefined ? (width === undefined ? "" : `, not ${width} across`) : `, not ${height} down`;
    return {
      message: `distribute takes one gathered position for each channel: ${facts.channels} × 1 positions for ${facts.channels} channels${found}`,
      help: "use what gather makes, which has a position for each channel of its regions, or a 1x1 convolution of that",
    };
  },
  "operations/size-too-large": (facts: { readonly limit: string }): Wording => ({
    message: `this feature map would have more than ${facts.limit} positions along one axis, too many to compute exactly`,
    help: "check the factors of the upsampling before it",
  }),
};

function listed(numbers: readonly number[]): string {
  return numbers.length < 2 ? numbers.join("") : `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
