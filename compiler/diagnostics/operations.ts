/** Words for calls an operation cannot take. */
import type { Wording } from "./wording.ts";

export const operations = {
  "operations/groups-do-not-divide": (facts: {
    readonly groups: number;
    readonly channels: number;
    readonly side: "input" | "output";
    /** The numbers of groups that would do, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `${facts.groups} groups do not divide ${facts.channels} ${facts.side} channels`,
    label: `${facts.channels} / ${facts.groups} is no whole number`,
    help: `give a number of groups that divides the input channels and the output channels: ${facts.possible.join(", ")}`,
  }),
  "operations/initialisation-needs-equal-channels": (facts: {
    readonly initialisation: "bilinear" | "identity";
    readonly input: number;
    readonly output: number;
  }): Wording => ({
    message: `init = ${facts.initialisation} takes channel c to channel c, and here ${facts.input} channels become ${facts.output}`,
    help:
      facts.initialisation === "identity"
        ? `give channels = ${facts.input}; or identity(maps, deviation), where maps divides both, to share the channels of each map out; or another init`
        : `give channels = ${facts.input}, or another init`,
  }),
  "operations/identity-maps-do-not-divide": (facts: {
    readonly maps: number;
    readonly input: number;
    readonly output: number;
    readonly groups: number;
    /** The numbers of maps that would do, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message:
      `init = identity(${facts.maps}) shares ${facts.input} channels and ${facts.output} channels out among ${facts.maps} maps` +
      (facts.groups === 1 ? "" : ` in ${facts.groups} groups`) +
      ", and they do not divide evenly",
    help:
      facts.possible.length === 0
        ? "use another init, or fewer groups"
        : `give a number of maps that divides both: ${facts.possible.join(", ")}`,
  }),
  "operations/identity-needs-odd-kernel": (facts: {
    readonly height: number;
    readonly width: number;
  }): Wording => ({
    message: `init = identity puts a one at the kernel's centre, and a ${facts.height}x${facts.width} kernel has no centre cell`,
    help: "use odd kernel sizes, or another init",
  }),
  "operations/padding-reaches-kernel": (facts: {
    readonly padding: number;
    readonly kernel: number;
    /** Cells from the first to the last of a window: more than the kernel where it is dilated. */
    readonly reach: number;
    readonly axis: "y" | "x";
  }): Wording => ({
    message: `padding ${facts.padding} is not smaller than the pool's ${facts.reach === facts.kernel ? "kernel" : "dilated kernel"}, which is ${facts.reach} in ${facts.axis === "y" ? "height" : "width"}: a window could lie in the padding alone`,
    help: `give padding = ${Math.max(0, facts.reach - 1)} or less`,
  }),
  "operations/same-needs-larger-kernel": (facts: {
    readonly kernel: number;
    readonly stride: number;
    readonly axis: "y" | "x";
  }): Wording => ({
    message: `a transposed convolution with kernel ${facts.kernel} and stride ${facts.stride} in ${facts.axis === "y" ? "height" : "width"} cannot give exactly ${facts.stride} times the size: its kernel does not reach from one cell to the next`,
    help: `use a kernel of at least ${facts.stride}, or padding = valid`,
  }),
  "operations/channels-differ": (facts: {
    /** "add", "multiply" */
    readonly join: string;
    readonly channels: readonly number[];
  }): Wording => ({
    message: `cannot ${facts.join} maps of ${listed(facts.channels)} channels`,
    help: `bring them to one number first: conv(${facts.channels[0]}, 1x1) on the other path; or join by concat`,
  }),
  "operations/unpool-needs-maxpool": (facts: {
    readonly called: string;
    readonly operation: string;
  }): Wording => ({
    message: `unpool puts values back where a maxpool found its maxima, and ${facts.called} is made by ${facts.operation}`,
    help: "name the pool itself, right after it: maxpool(2) as pool1 … unpool(pool1); or use unpool(nearest, 2)",
  }),
  "operations/unpool-channels-differ": (facts: {
    readonly values: number;
    readonly pool: number;
  }): Wording => ({
    message: `unpool needs one value for every maximum: the current map has ${facts.values} channels, the pool ${facts.pool}`,
    help: `bring the current map to ${facts.pool} channels first: conv(${facts.pool}, 1x1)`,
  }),
  "operations/argument-needed": (facts: {
    readonly word: string;
    /** What is missing, in words: "a kernel, or global". */
    readonly needs: string;
    /** A call as it could be: "maxpool(2)". */
    readonly example: string;
  }): Wording => ({
    message: `${facts.word} needs ${facts.needs}`,
    help: `for instance ${facts.example}`,
  }),
  "operations/arguments-exclude": (facts: {
    readonly word: string;
    readonly first: string;
    readonly second: string;
    readonly reason: string;
  }): Wording => ({
    message: `${facts.word} cannot take ${facts.first} together with ${facts.second}: ${facts.reason}`,
    help: "leave one of the two out",
  }),
  "operations/rate-of-one": (facts: { readonly rate: number }): Wording => ({
    message: `dropout(${facts.rate}) would drop every value`,
    help: "a rate is the share that is dropped: 0 or more, below 1, usually 0.5",
  }),
  "operations/channels-do-not-shuffle": (facts: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
  }): Wording => ({
    message: `pixel_shuffle makes ${facts.height} x ${facts.width} cells of ${facts.height * facts.width} channels, and ${facts.channels} channels are no multiple of that`,
    help: `give the convolution before it channels = ${facts.height * facts.width} times what you want here`,
  }),
  "operations/dense-needs-constant-size": (facts: {
    readonly channels: number;
    readonly axis: "y" | "x";
    /** Of the input: "H". */
    readonly symbol: string;
    /** Of this map's size: "⌈H/32⌉". */
    readonly formula: string;
    /** An input size people use, and the cells of this map there. */
    readonly example: { readonly size: number; readonly cells: number } | undefined;
  }): Wording => {
    const { channels, symbol, example } = facts;
    const [side, extent] = facts.axis === "y" ? ["height", "high"] : ["width", "wide"];
    const sliding =
      example === undefined
        ? `conv(${channels}, height x width of this map, padding = valid)`
        : `conv(${channels}, ${example.cells}x${example.cells}, padding = valid) where this map is ${example.cells} cells ${extent}, as at ${symbol} = ${example.size}`;
    return {
      message: `dense(${channels}) has a weight for every cell of the map, and the ${side} of this map depends on the input: ${facts.formula}`,
      help: `write the input with a number for ${symbol}${example === undefined ? "" : `, such as ${example.size}`}; or take the convolutional form, which has the same weights and slides over larger inputs: ${sliding}`,
    };
  },
  "operations/dense-has-no-kernel": (facts: {
    readonly initialisation: "bilinear" | "identity";
  }): Wording => ({
    message: `init = ${facts.initialisation} is for kernels that slide, and dense has one weight for every cell`,
    help: "use he, xavier, zeros or normal(…)",
  }),
  "operations/norm-groups-do-not-divide": (facts: {
    readonly groups: number;
    readonly channels: number;
    /** The numbers of groups that would do, ascending. */
    readonly possible: readonly number[];
  }): Wording => ({
    message: `groupnorm(${facts.groups}) parts channels into ${facts.groups} equal groups, and ${facts.channels} channels do not part so`,
    help: `give a number of groups that divides the channels: ${facts.possible.join(", ")}`,
  }),
  "operations/lrn-needs-odd-size": (facts: { readonly size: number }): Wording => ({
    message: `lrn looks at as many channels on either side of a channel, and ${facts.size} is an even number`,
    help: `give size = ${facts.size + 1} or another odd number, usually 5`,
  }),
  "operations/lrn-needs-positive-k": (facts: { readonly k: number }): Wording => ({
    message: `lrn with k = ${facts.k} would divide by zero where a cell is zero`,
    help: "give a k above 0: 1 in Caffe, 2 in the paper",
  }),
  "operations/crf-needs-classes": (facts: { readonly channels: number }): Wording => ({
    message: `in a crf the classes compete for every cell, and this map has ${facts.channels} channel`,
    help: "give the convolution before it a channel for each class, two or more, and end by softmax",
  }),
  "operations/crf-needs-odd-window": (facts: {
    readonly height: number;
    readonly width: number;
  }): Wording => ({
    message: `the window of a crf has its cell in the middle, and a ${facts.height}x${facts.width} window has no middle cell`,
    help: "use odd sizes: window = 3, 5x5 or 7",
  }),
  "operations/crf-guide-is-no-image": (facts: {
    readonly called: string;
    /** The operation that is neither an input nor a change of size. */
    readonly operation: string;
  }): Wording => ({
    message: `crf compares the colours of an image, and ${facts.called} comes from ${facts.operation}`,
    help: "name an input, or an input that was only cropped, padded, pooled or resampled: the guide is data, and no gradient goes to what lies before it",
  }),
  "operations/size-too-large": (facts: { readonly limit: string }): Wording => ({
    message: `this map would have more than ${facts.limit} cells along one axis, which is past what is computed exactly`,
    help: "check the factors of the upsampling before it",
  }),
};

function listed(numbers: readonly number[]): string {
  return numbers.length < 2 ? numbers.join("") : `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
