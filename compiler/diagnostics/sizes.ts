/** Words for sizes that do not meet, grids that do not align, and expectations that do not hold. */
import type { Wording } from "./wording.ts";

const axisWord = { y: "height", x: "width" } as const;

export interface SizeExample {
  readonly symbol: string;
  readonly size: number;
  readonly first: number;
  readonly second: number;
}

export const sizes = {
  "sizes/empty": (facts: { readonly what: string; readonly axis: "y" | "x" }): Wording => ({
    message: `${facts.what} would have no cell left in ${axisWord[facts.axis]}, whatever the input's size`,
    help: "its window is larger than the map it works on: use a smaller kernel, or padding",
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
        : `; at ${example.symbol} = ${example.size} these are ${example.first} and ${example.second} cells`;
    return {
      message: `cannot ${facts.join} maps whose ${axisWord[facts.axis]}s never meet: ${facts.firstFormula} and ${facts.secondFormula}${shown}`,
      ...(facts.help === undefined ? {} : { help: facts.help }),
    };
  },
  "sizes/conditions-contradict": (facts: {
    readonly needs: string;
    readonly accepted: string;
    readonly example: SizeExample | undefined;
  }): Wording => ({
    message: `no input size is left: this needs ${facts.needs}, and what comes before accepts only ${facts.accepted}${
      facts.example === undefined
        ? ""
        : `; at ${facts.example.symbol} = ${facts.example.size} the maps have ${facts.example.first} and ${facts.example.second} cells`
    }`,
    help: "change one of the two: another kernel or padding, or crop = aligned where maps are joined",
  }),
  "sizes/one-cell": (facts: {
    /** "multiply" */
    readonly join: string;
    /** What leaves one position, as the language writes it: "avgpool(global)". */
    readonly pool: string;
    readonly other: string;
    /** "H × W" */
    readonly otherSize: string;
    /** The other map's name in the source; `undefined` where it has none. */
    readonly name: string | undefined;
  }): Wording => ({
    message: `cannot ${facts.join} a map of one position and one of ${facts.otherSize}: ${facts.pool} leaves one value per channel for the whole image`,
    help:
      facts.name === undefined
        ? `name ${facts.other} (… as x), and end the other path with upsample(to = x, nearest), which repeats its value at every position`
        : `upsample(to = ${facts.name}, nearest) before the ${facts.join} repeats the value at every position`,
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
    message: `after this ${facts.join} the network accepts only ${facts.left} (before it ${facts.before}): the ${axisWord[facts.axis]}s ${facts.firstFormula} and ${facts.secondFormula} agree at no other size`,
    help: "resample one of the maps to the size of the other, as in upsample(to = x, bilinear); if one size is meant, write it in the input's shape",
  }),
  "sizes/different-symbols": (facts: {
    readonly join: string;
    readonly first: string;
    readonly second: string;
  }): Wording => ({
    message: `cannot ${facts.join} maps whose sizes depend on different symbols, ${facts.first} and ${facts.second}`,
    help: `write both inputs with one symbol: ${facts.first} in both, or ${facts.first} and 2*${facts.first}`,
  }),
  "sizes/crop-needs-larger": (facts: {
    readonly axis: "y" | "x";
    readonly map: string;
    readonly reference: string;
  }): Wording => ({
    message: `nothing can be cut: the ${axisWord[facts.axis]} of the map to be cropped is ${facts.map}, and that of the other one ${facts.reference}, always more`,
    help: "crop the other map to this one, or pad this one first",
  }),
  "sizes/crop-odd": (facts: {
    readonly axis: "y" | "x";
    readonly map: string;
    readonly reference: string;
  }): Wording => ({
    message: `crop = centred cannot cut the same from both sides: the ${axisWord[facts.axis]}s ${facts.map} and ${facts.reference} differ by an odd number at every input size`,
    help: `kernels of odd sizes keep the difference even; or cut one cell from the larger map first: crop(${facts.axis === "y" ? "bottom" : "right"} = 1)`,
  }),
  "sizes/no-larger-map": (facts: { readonly rule: string; readonly reason: string }): Wording => ({
    message: `crop = ${facts.rule} cannot tell which of the two maps to cut: ${facts.reason}`,
    help: "crop one of them before the join",
  }),
  "sizes/too-irregular": (facts: { readonly what: string; readonly limit: number }): Wording => ({
    message: `the size of ${facts.what} repeats only after more than ${facts.limit} input sizes, which is past what is computed exactly`,
    help: "use fewer or smaller strides, with common factors",
  }),
  "sizes/too-many-channels": (facts: { readonly channels: number; readonly limit: number }): Wording => ({
    message: `this map would have ${facts.channels} channels; the limit is ${facts.limit}`,
    help: "check the counts before it: they grow fast in a loop that doubles them, or joins by concat",
  }),
  "sizes/too-many": (facts: { readonly limit: number }): Wording => ({
    message: `the tables of sizes and receptive fields of this network pass ${facts.limit} entries here, which is past what is computed exactly`,
    help: "use smaller strides and kernels, or fewer convolutions without padding",
  }),
  "geometry/resolutions-differ": (facts: {
    readonly join: string;
    readonly first: string;
    readonly second: string;
    /** What would bring them together. */
    readonly help: string;
  }): Wording => ({
    message: `cannot ${facts.join} maps of different resolution: ${facts.first} and ${facts.second}`,
    help: facts.help,
  }),
  "geometry/undilated-resolutions-differ": (facts: {
    readonly join: string;
    /** In input pixels, as they would be without the dilation. */
    readonly strides: readonly string[];
  }): Wording => ({
    message: `cannot ${facts.join} these maps: without dilated to they would be at ${facts.strides.map((stride) => `1/${stride}`).join(" and ")}, and the dilated network has the same weights in the same places`,
    help: "join maps between the same two strides, or join after the dilated section, where all of them have its resolution",
  }),
  "geometry/cannot-dilate": (facts: { readonly resolution: string }): Wording => ({
    message: `this cannot stand where strides past ${facts.resolution} have become dilations: its result would not hold the undilated network's cells`,
    help: "end the dilated section before it",
  }),
  "geometry/dilated-without-grid": (facts: {
    readonly axis: "y" | "x";
    readonly resolution: string;
  }): Wording => ({
    message: `whether this stride passes ${facts.resolution} cannot be said: the ${axisWord[facts.axis]} of its map is not in a fixed proportion to the input's`,
    help: "begin the dilated section at a map of fixed resolution, or write stride = 1 and the dilation out",
  }),
  "geometry/resolution-not-reached": (facts: {
    readonly resolution: string;
    /** Input pixels from cell to cell before and after the window. */
    readonly from: string;
    readonly to: string;
    readonly coarser: boolean;
  }): Wording => ({
    message: facts.coarser
      ? `this cannot be dilated to ${facts.resolution}: the map it begins with is at 1/${facts.from} already`
      : `no map here is at ${facts.resolution}: this stride goes from 1/${facts.from} to 1/${facts.to}`,
    help: facts.coarser
      ? `dilate the section that leads here, or dilate to 1/${facts.from}`
      : `dilate to 1/${facts.from} or 1/${facts.to}`,
  }),
  "geometry/dilated-for-nothing": (facts: {
    readonly resolution: string;
    readonly coarsest: string;
  }): Wording => ({
    message: `nothing here goes as far as ${facts.resolution}: the coarsest map is at ${facts.coarsest === "1" ? "full size" : `1/${facts.coarsest}`}, and no stride is left out`,
    help:
      facts.coarsest === "1"
        ? "leave dilated to out"
        : `leave dilated to out, or name a resolution the strides pass: 1/${facts.coarsest} or finer`,
  }),
  "geometry/fractional-crop": (facts: {
    readonly axis: "y" | "x";
    /** In cells of the larger map: "5/2". */
    readonly offset: string;
    /** In input pixels: "1/2". */
    readonly shift: string;
  }): Wording => ({
    message: `crop = aligned would cut ${facts.offset} cells in ${axisWord[facts.axis]}, which is no whole number: the two grids are ${facts.shift} of an input pixel apart`,
    help: "change the kernel or padding of the upsampling by one, or use crop = centred and accept the shift",
  }),
  "geometry/negative-crop": (facts: { readonly axis: "y" | "x"; readonly missing: number }): Wording => ({
    message: `crop = aligned would have to add ${facts.missing} ${facts.missing === 1 ? "cell" : "cells"} in ${axisWord[facts.axis]}, not cut: the map to be cut begins inside the other one`,
    help: "pad the input more (FCN pads by 100), or use crop = centred",
  }),
  "geometry/unknown-alignment": (facts: { readonly reason: string }): Wording => ({
    message: `crop = aligned needs both maps on a regular grid: ${facts.reason}`,
    help: "use crop = centred",
  }),
  "geometry/output-coarser": (facts: { readonly output: string; readonly stride: string }): Wording => ({
    severity: "warning",
    message: `output ${facts.output} never gets back to the input's resolution: one cell stands for ${facts.stride} input pixels`,
    help: `upsample(${facts.stride}, bilinear) before the output gives one label per pixel`,
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
    message: "this is no height or width",
    help: "write a formula of one input size: H, H/16, ceil(H/2) + 1, or a number",
  }),
  "expectations/unknown-fact": (facts: {
    readonly fact: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `nothing to expect is called "${facts.fact}"`,
    help:
      facts.nearest === undefined
        ? "stride, offset, field or parameters"
        : `did you mean "${facts.nearest}"?`,
  }),
  "expectations/shape": (facts: { readonly found: string }): Wording => ({
    message: `an expected shape is [channels, height, width], not ${facts.found}`,
    help: "heights and widths are formulas of the input's: [512, ceil(H/16), W/16]",
  }),
};
