/** Messages about sizes that differ, feature maps that are not aligned, and expectations that do not hold. */
import { joining, type Wording } from "./wording.ts";

const axisWord = { y: "height", x: "width" } as const;

/** What resampling to the other feature map does with one of this size. */
const enlarged = (size: string): string =>
  size === "1 × 1" ? "repeats the value at every position" : "gives both one size";

export interface SizeExample {
  readonly symbol: string;
  readonly size: number;
  readonly first: number;
  readonly second: number;
}

export const sizes = {
  "sizes/empty": (facts: { readonly what: string; readonly axis: "y" | "x" }): Wording => ({
    message: `${facts.what} would be empty: its ${axisWord[facts.axis]} is 0 or less at every input size`,
    help: "its window is larger than its input: use a smaller kernel, or padding",
  }),
  "sizes/never-meet": (facts: {
    /** "add", "concat" */
    readonly join: string;
    readonly axis: "y" | "x";
    readonly first: string;
    readonly second: string;
    readonly firstFormula: string;
    readonly secondFormula: string;
    readonly example: SizeExample | undefined;
    readonly help: string | undefined;
  }): Wording => {
    const { example } = facts;
    const shown =
      example === undefined
        ? ""
        : `; at ${example.symbol} = ${example.size} they are ${example.first} and ${example.second}`;
    return {
      message: `cannot ${joining(facts.join)} feature maps whose ${axisWord[facts.axis]}s are never equal: ${facts.firstFormula} and ${facts.secondFormula}${shown}`,
      ...(facts.help === undefined ? {} : { help: facts.help }),
    };
  },
  "sizes/conditions-contradict": (facts: {
    readonly needs: string;
    readonly accepted: string;
    readonly example: SizeExample | undefined;
  }): Wording => ({
    message: `no valid input size is left: this needs ${facts.needs}, and the operations before it accept only ${facts.accepted}${
      facts.example === undefined
        ? ""
        : `; at ${facts.example.symbol} = ${facts.example.size} the sizes are ${facts.example.first} and ${facts.example.second}`
    }`,
    help: "change one of the two: use another kernel or padding, or crop = aligned at the join",
  }),
  "sizes/one-position": (facts: {
    /** "multiply" */
    readonly join: string;
    /** Whether that repeats what is 1 × 1. */
    readonly repeats: boolean;
    /** Of the feature map with a single row or column: "1 × 1", "5 × 1". */
    readonly size: string;
    /** The operation that leaves so little, as the language writes it: "avgpool(global)"; `undefined`: its input has no more. */
    readonly pool: string | undefined;
    readonly other: string;
    /** "H × W" */
    readonly otherSize: string;
    /** Name of the other feature map in the source; `undefined` where it has none. */
    readonly name: string | undefined;
  }): Wording => ({
    message: `cannot ${joining(facts.join)} a ${facts.size === "1 × 1" ? "1 × 1 feature map" : `feature map of ${facts.size}`} and one of ${facts.otherSize}: ${
      facts.size === "1 × 1" && facts.pool !== undefined
        ? `${facts.pool} leaves one value per channel for the whole image`
        : facts.repeats
          ? "a feature map is repeated only where it is 1 × 1"
          : `${facts.join} repeats no feature map`
    }`,
    help:
      facts.name === undefined
        ? `name ${facts.other} (… as x), and end the other path with upsample(to = x, nearest), which ${enlarged(facts.size)}`
        : `upsample(to = ${facts.name}, nearest) before this operation ${enlarged(facts.size)}`,
  }),
  "sizes/few-left": (facts: {
    /** "add", "crop" */
    readonly join: string;
    readonly axis: "y" | "x";
    readonly firstFormula: string;
    readonly secondFormula: string;
    /** "H = 1 or 3" */
    readonly left: string;
    readonly before: string;
  }): Wording => ({
    severity: "warning",
    message: `after this ${facts.join} the network accepts only ${facts.left} (before it ${facts.before}): the ${axisWord[facts.axis]}s ${facts.firstFormula} and ${facts.secondFormula} are equal at no other size`,
    help: "resample one feature map to the size of the other, as in upsample(to = x, bilinear); if only one size is intended, write it in the shape of the input",
  }),
  "sizes/different-symbols": (facts: {
    readonly join: string;
    readonly first: string;
    readonly second: string;
  }): Wording => ({
    message: `cannot ${joining(facts.join)} feature maps whose sizes depend on different symbols, ${facts.first} and ${facts.second}`,
    help: `write both inputs with the same symbol: ${facts.first} in both, or ${facts.first} and 2*${facts.first}`,
  }),
  "sizes/crop-needs-larger": (facts: {
    readonly axis: "y" | "x";
    readonly map: string;
    readonly reference: string;
  }): Wording => ({
    message: `nothing to crop: the ${axisWord[facts.axis]} of the feature map to crop is ${facts.map}, always smaller than the ${facts.reference} of the other one`,
    help: "crop the other feature map to this one, or pad this one first",
  }),
  "sizes/crop-odd": (facts: {
    readonly axis: "y" | "x";
    readonly map: string;
    readonly reference: string;
  }): Wording => ({
    message: `crop = centred cannot crop both sides equally: the ${axisWord[facts.axis]}s ${facts.map} and ${facts.reference} differ by an odd number at every input size`,
    help: `use odd kernel sizes, which keep the difference even, or crop one position from the larger feature map first: crop(${facts.axis === "y" ? "bottom" : "right"} = 1)`,
  }),
  "sizes/no-larger-map": (facts: { readonly rule: string; readonly reason: string }): Wording => ({
    message: `crop = ${facts.rule} cannot decide which of the two feature maps to crop: ${facts.reason}`,
    help: "crop one of them before the join",
  }),
  "sizes/too-irregular": (facts: { readonly what: string; readonly limit: number }): Wording => ({
    message: `the size of ${facts.what} has a period of more than ${facts.limit} input sizes, too long to compute exactly`,
    help: "use fewer or smaller strides, or strides with common factors",
  }),
  "sizes/too-many-channels": (facts: { readonly channels: number; readonly limit: number }): Wording => ({
    message: `this feature map would have ${facts.channels} channels; the limit is ${facts.limit}`,
    help: "check the channels before it: they grow fast in a loop that doubles them or joins by concat",
  }),
  "sizes/too-many": (facts: { readonly limit: number }): Wording => ({
    message: `the tables of sizes and receptive fields of this network need more than ${facts.limit} entries here, too many to compute exactly`,
    help: "use smaller strides and kernels, or fewer convolutions without padding",
  }),
  "geometry/resolutions-differ": (facts: {
    readonly join: string;
    readonly first: string;
    readonly second: string;
    /** How to make the resolutions equal. */
    readonly help: string;
  }): Wording => ({
    message: `cannot ${joining(facts.join)} feature maps of different resolution: ${facts.first} and ${facts.second}`,
    help: facts.help,
  }),
  "geometry/undilated-resolutions-differ": (facts: {
    readonly join: string;
    /** In input pixels, as they would be without the dilation. */
    readonly strides: readonly string[];
  }): Wording => ({
    message: `cannot ${joining(facts.join)} these feature maps: without \`dilated to\`, they would be at ${facts.strides.map((stride) => `1/${stride}`).join(" and ")}, so the undilated network with the same weights would not compile`,
    help: "join feature maps from between the same two strides, or join after the dilated section",
  }),
  "geometry/cannot-dilate": (facts: { readonly resolution: string }): Wording => ({
    message: `this operation is not possible where strides past ${facts.resolution} were replaced by dilations: its result would not match the undilated network`,
    help: "end the dilated section before it",
  }),
  "geometry/dilated-without-grid": (facts: {
    readonly axis: "y" | "x";
    readonly resolution: string;
  }): Wording => ({
    message: `cannot tell whether this stride goes past ${facts.resolution}: the ${axisWord[facts.axis]} of its feature map has no fixed ratio to the input`,
    help: "start the dilated section at a feature map of fixed resolution, or write stride = 1 and the dilation yourself",
  }),
  "geometry/resolution-not-reached": (facts: {
    readonly resolution: string;
    /** Stride before and after the operation, in input pixels. */
    readonly from: string;
    readonly to: string;
    readonly coarser: boolean;
  }): Wording => ({
    message: facts.coarser
      ? `this section cannot be dilated to ${facts.resolution}: it starts at 1/${facts.from} already`
      : `no feature map of this section is at ${facts.resolution}: this stride goes from 1/${facts.from} to 1/${facts.to}`,
    help: facts.coarser
      ? `dilate the section before this one, or dilate to 1/${facts.from}`
      : `dilate to 1/${facts.from} or 1/${facts.to}`,
  }),
  "geometry/dilated-for-nothing": (facts: {
    readonly resolution: string;
    readonly coarsest: string;
  }): Wording => ({
    message: `\`dilated to ${facts.resolution}\` has no effect: the coarsest feature map is at ${facts.coarsest === "1" ? "full resolution" : `1/${facts.coarsest}`}, so no stride is replaced`,
    help:
      facts.coarsest === "1"
        ? "remove `dilated to`"
        : `remove \`dilated to\`, or use a finer resolution, 1/${facts.coarsest} or below`,
  }),
  "geometry/fractional-crop": (facts: {
    readonly axis: "y" | "x";
    /** In positions of the larger feature map: "5/2". */
    readonly offset: string;
    /** In input pixels: "1/2". */
    readonly shift: string;
  }): Wording => ({
    message: `crop = aligned would crop ${facts.offset} positions in ${axisWord[facts.axis]}, not a whole number: the feature maps are shifted by ${facts.shift} input pixels`,
    help: "change the kernel or padding of the upsampling by one, or use crop = centred, which leaves a shift",
  }),
  "geometry/negative-crop": (facts: { readonly axis: "y" | "x"; readonly missing: number }): Wording => ({
    message: `crop = aligned cannot align the ${axisWord[facts.axis]}s: the feature map to crop starts ${facts.missing} ${facts.missing === 1 ? "position" : "positions"} after the other one`,
    help: "increase the padding of the input (FCN uses 100), or use crop = centred",
  }),
  "geometry/unknown-alignment": (facts: { readonly reason: string }): Wording => ({
    message: `crop = aligned needs feature maps with a known alignment: ${facts.reason}`,
    help: "use crop = centred",
  }),
  "geometry/output-coarser": (facts: { readonly output: string; readonly stride: string }): Wording => ({
    severity: "warning",
    message: `the output ${facts.output} is coarser than the input: its stride is ${facts.stride} input pixels`,
    help: `use upsample(${facts.stride}, bilinear) before the output to get one label per pixel`,
  }),
  "expectations/differs": (facts: {
    /** "channels", "height", "stride in y" … */
    readonly what: string;
    readonly expected: string;
    readonly found: string;
  }): Wording => ({
    message: `expected ${facts.what} ${facts.expected}, found ${facts.found}`,
  }),
  "expectations/dimension": (_facts: Record<never, never>): Wording => ({
    message: "this is not a height or width",
    help: "write a formula of one input size: H, H/16, ceil(H/2) + 1, or a number",
  }),
  "expectations/unknown-fact": (facts: {
    readonly fact: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `expect has no property "${facts.fact}"`,
    help:
      facts.nearest === undefined
        ? "the properties are stride, offset, field and parameters"
        : `did you mean "${facts.nearest}"?`,
  }),
  "expectations/shape": (facts: { readonly found: string }): Wording => ({
    message: `an expected shape is [channels, height, width], not ${facts.found}`,
    help: "heights and widths are formulas of the input size: [512, ceil(H/16), W/16]",
  }),
};
