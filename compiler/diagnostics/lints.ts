/** Words for what is sound and yet probably not meant: each with its reason, its source and the way out. */
import type { Wording } from "./wording.ts";

const axisWord = { y: "height", x: "width" } as const;

function pixelsOf(count: string): string {
  return `${count} ${count === "1" ? "pixel" : "pixels"}`;
}

export const lints = {
  "lints/checkerboard": (facts: {
    /** Cells, in the axis that is uneven. */
    readonly kernel: number;
    readonly stride: number;
  }): Wording => {
    const fewest = Math.floor(facts.kernel / facts.stride);
    const next = (fewest + 1) * facts.stride;
    return {
      severity: "warning",
      message: `a kernel of ${facts.kernel} and a stride of ${facts.stride} give a checkerboard: cells of the result gather ${fewest} or ${fewest + 1} taps by turns`,
      help: `take a kernel that the stride divides (${fewest > 0 ? `${fewest * facts.stride} or ${next}` : next}), or upsample and convolve (Odena, Dumoulin & Olah 2016)`,
    };
  },
  "lints/gridding": (facts: {
    readonly rates: readonly number[];
    /** Their greatest common factor. */
    readonly factor: number;
    readonly axis: "y" | "x";
  }): Wording => {
    const shown = facts.rates.length > 8 ? [...facts.rates.slice(0, 7), "…"] : facts.rates;
    return {
      severity: "warning",
      message: `${facts.rates.length} dilated convolutions in a row share the factor ${facts.factor} (rates ${shown.join(", ")}): a cell sees a grid of cells with gaps, and its neighbour another one (${axisWord[facts.axis]})`,
      help: "take rates without a common factor, such as 1, 2, 3, or put a convolution without dilation into the row (Wang et al. 2018, section 3.2)",
    };
  },
  "lints/misaligned": (facts: {
    /** "add", "concat" */
    readonly join: string;
    readonly apart:
      | {
          /** Whether a crop that is there could be exact; whole cells; part of a cell. */
          readonly kind: "croppable" | "whole" | "fractional";
          /** Input pixels, and cells of the maps: "1/2". */
          readonly pixels: string;
          readonly cells: string;
        }
      | { readonly kind: "varying"; readonly from: string; readonly to: string }
      | { readonly kind: "unknown"; readonly reason: string }
      | { readonly kind: "unrelated" };
  }): Wording => {
    const { join, apart } = facts;
    if (apart.kind === "unrelated")
      return {
        severity: "information",
        message: `nothing is known of how the maps of this ${join} lie to each other: they are made of inputs whose sizes are not in one proportion`,
        help: "inputs that show one scene have sizes in proportion, such as [3, 2*H, 2*W] and [3, H, W]",
      };
    if (apart.kind === "unknown")
      return {
        severity: "information",
        message: `the maps of this ${join} do not lie on one grid at every size: ${apart.reason}`,
        help: "fcn inspect --size gives the shift at one size; resampling by a factor, at half-pixel centres, keeps one grid",
      };
    if (apart.kind === "varying")
      return {
        severity: "information",
        message: `the maps of this ${join} do not lie on one grid: they are ${apart.from} input pixels apart at the first cell and ${apart.to} at the last`,
        help: "resample at half-pixel centres instead of aligned corners",
      };
    const shift = `the maps of this ${join} are ${pixelsOf(apart.pixels.replace(/^-/, ""))} of the input apart`;
    if (apart.kind === "fractional")
      return {
        severity: "information",
        message: `${shift}: ${apart.cells.replace(/^-/, "")} of a cell, which no crop can mend`,
        help: "a kernel one larger or smaller where the maps differ, or another padding, brings the grids together; published networks also live with it",
      };
    const cells = apart.cells.replace(/^-/, "");
    if (apart.kind === "croppable")
      return {
        severity: "error",
        message: `${shift}, and the crop of one of them could be exact: it cuts the same from both sides, ${cells} ${cells === "1" ? "cell" : "cells"} beside the place where they meet`,
        help: "crop = aligned cuts where they meet (Long, Shelhamer & Darrell 2015); to cut elsewhere all the same, crop(…) takes the numbers of cells",
      };
    return {
      severity: "warning",
      message: `${shift}, ${cells} whole ${cells === "1" ? "cell" : "cells"}`,
      help: "cut or pad one of the maps so that they begin at the same place",
    };
  },
  "lints/coarse-skip": (facts: {
    /** The map it lands on was made from it, without finer positions or with some; or both are as coarse and of separate streams. */
    readonly kind: "repeated" | "dense" | "streams";
    /** Strides, in input pixels. */
    readonly from: string;
    readonly to: string;
  }): Wording => ({
    severity: facts.kind === "repeated" ? "warning" : "information",
    message: `this skip comes from a coarser map (1/${facts.from}) than the one it lands on (1/${facts.to}): it brings no finer positions`,
    help: {
      repeated:
        "skip from a map of the resolution it lands on, or join before the upsampling (Long, Shelhamer & Darrell 2015, section 4.2)",
      dense:
        "decoders that join all scales do so on purpose (Huang et al. 2020); otherwise skip from a finer map",
      streams:
        "late fusion of two streams does so (Long, Shelhamer & Darrell 2015, section 5); a join before the upsampling takes fewer MACs",
    }[facts.kind],
  }),
  "lints/even-kernel": (facts: {
    readonly kernel: number;
    readonly axis: "y" | "x";
    /** Half a cell in input pixels; `undefined`: the map lies on no exact grid. */
    readonly pixels: string | undefined;
  }): Wording => ({
    severity: "warning",
    message: `an even kernel (${facts.kernel} in ${axisWord[facts.axis]}) without a stride shifts the map by half a cell${facts.pixels === undefined ? "" : `: ${pixelsOf(facts.pixels)} of the input`}`,
    help: `take ${facts.kernel - 1 > 0 ? `${facts.kernel - 1} or ` : ""}${facts.kernel + 1}, whose middle is a cell (Wu et al. 2019, section 3.1)`,
  }),
  "lints/bias-before-normalisation": (facts: {
    /** "batchnorm" */
    readonly normalisation: string;
    readonly weights: number;
  }): Wording => ({
    severity: "information",
    message: `${facts.normalisation} subtracts each channel's mean, and with it the ${facts.weights} biases of this layer`,
    help: "bias = false saves them (Ioffe & Szegedy 2015, section 3.2); weights that are stored already then no longer fit",
  }),
  "lints/twice-activated": (facts: {
    /** "softmax", "sigmoid" */
    readonly inner: string;
    readonly outer: string;
    readonly output: string;
    readonly by: "output" | "loss";
  }): Wording => ({
    severity: "warning",
    message: `${facts.by === "output" ? `the output ${facts.output}` : `the loss of ${facts.output}`} applies ${facts.outer} to what is already a ${facts.inner}`,
    help:
      facts.by === "output"
        ? `remove this one: the output's own stays out of the loss, which works on logits (Goodfellow et al. 2016, section 6.2.2.3)`
        : `write it at the output, which keeps it out of the loss: output ${facts.output} by ${facts.inner} (Goodfellow et al. 2016, section 6.2.2.3)`,
  }),
  "lints/zero-transposed": (facts: { readonly frozen: boolean }): Wording => ({
    severity: "warning",
    message: `this transposed convolution begins at zero: it gives zeros, and nothing before it learns ${facts.frozen ? "at all, as it is frozen" : "until it has moved"}`,
    help: "begin as bilinear interpolation, init = bilinear (Long, Shelhamer & Darrell 2015, section 3.3), or leave init out",
  }),
  "lints/unread": (facts: {
    /** "the map side", "the map after conv", "the input depth" */
    readonly what: string;
    /** That lead nowhere else. */
    readonly operations: number;
    /** Whether they have weights that nothing else uses. */
    readonly untrained: boolean;
    /** What was probably meant: "output labels by softmax". */
    readonly instead?: string;
  }): Wording => ({
    severity: "warning",
    message: `nothing reads ${facts.what}${facts.operations > 1 ? `, the end of ${facts.operations} operations that lead to no output` : ""}`,
    help:
      facts.instead ??
      `join it, make it an output, or remove it: it costs memory and time${facts.untrained ? ", and its weights are never trained" : ""}`,
  }),
  "lints/padding-share": (
    facts:
      | {
          readonly kind: "share";
          readonly percent: number;
          /** [height, width] of the map that is padded, at the size trained on. */
          readonly cells: readonly [number, number];
          readonly dilated: boolean;
        }
      /** Windows before the first that touches the map; whether a crop follows. */
      | { readonly kind: "blind"; readonly windows: number; readonly cropped: boolean },
  ): Wording =>
    facts.kind === "share"
      ? {
          severity: facts.dilated ? "warning" : "information",
          message: `${facts.percent} % of what these windows read is padding: at the size trained on, the map is ${facts.cells.join(" × ")}`,
          help: facts.dilated
            ? "train on larger crops, or take a smaller dilation (Chen et al. 2017, section 3.3)"
            : "encoders that end in one position do so on purpose (Isola et al. 2017); otherwise train on larger crops",
        }
      : {
          severity: facts.cropped ? "information" : "warning",
          message: `the padding is as wide as the window: the outer ${facts.windows === 1 ? "windows see" : `${facts.windows} windows on each side see`} only zeros`,
          help: facts.cropped
            ? "fully convolutional networks pad so to accept every size, and crop it away at the end (Long, Shelhamer & Darrell 2015); otherwise use a smaller padding"
            : "nothing crops these positions away: use a smaller padding, or crop at the end (Long, Shelhamer & Darrell 2015)",
        },
  "lints/single-value": (facts: {
    readonly operation: string;
    /** Whether the images of a batch are normalised together. */
    readonly acrossBatch: boolean;
    /** Further layers of which the same holds. */
    readonly others: number;
  }): Wording => {
    const more =
      facts.others === 0 ? "" : ` (and ${facts.others} more ${facts.others === 1 ? "layer" : "layers"})`;
    return facts.acrossBatch
      ? {
          severity: "warning",
          message: `${facts.operation} of a single value: this feature map is 1×1 and a batch has 1 image, so the variance is 0${more}; \`fcn train\` refuses the step`,
          help: "train with a batch of at least 2, or on larger images, or leave this normalisation out",
        }
      : {
          severity: "warning",
          message: `${facts.operation} of a single value: this feature map is 1×1${facts.operation === "groupnorm" ? " with one channel in a group" : ""}, so the variance is 0 and the result does not depend on the input${more}; \`fcn train\` refuses the step`,
          help: `leave it out, normalise before the feature map is 1×1, or take ${facts.operation === "groupnorm" ? "fewer groups" : "batchnorm with a batch of at least 2"}`,
        };
  },
  "lints/small-bottleneck": (facts: {
    /** Input pixels. */
    readonly stride: string;
    /** "H" */
    readonly symbol: string;
    readonly size: number;
    readonly trained: boolean;
  }): Wording => ({
    severity: facts.trained ? "warning" : "information",
    message: `this map has one cell for ${facts.stride} pixels, and ${facts.trained ? `training is on ${facts.size}` : `${facts.symbol} = ${facts.size} is accepted`}: less than one cell's worth`,
    help: facts.trained
      ? `train on crops of at least ${facts.stride}, or pool less`
      : `give it images of at least ${facts.stride} pixels: below, its coarsest cells are mostly padding`,
  }),
  "lints/small-field": (facts: {
    readonly output: string;
    readonly axis: "y" | "x";
    /** Input pixels. */
    readonly field: number;
    readonly size: number;
    readonly what: "objects" | "image";
  }): Wording => ({
    severity: facts.what === "objects" ? "warning" : "information",
    message:
      facts.what === "objects"
        ? `a cell of ${facts.output} sees ${facts.field} pixels (${axisWord[facts.axis]}), and the objects have ${facts.size}`
        : `a cell of ${facts.output} sees ${facts.field} of the ${facts.size} pixels it is trained on (${axisWord[facts.axis]})`,
    help: `pool or dilate once more${facts.what === "objects" ? "" : ", if what decides lies further away"}; the field that counts is smaller still (Luo et al. 2016, section 2.2)`,
  }),
  "lints/dense-fixes-size": (facts: {
    readonly channels: number;
    /** Height and width of the map it reads. */
    readonly cells: readonly [number, number];
    /** Height and width of the input, pixels. */
    readonly image: readonly [number, number];
  }): Wording => {
    const [cells, image] = [facts.cells.join("x"), facts.image.join("x")];
    return {
      severity: "information",
      message: `dense(${facts.channels}) has a weight for each of the ${cells} cells of its map, so the network takes images of ${image} and no other size`,
      help:
        `conv(${facts.channels}, ${cells}, padding = valid), and conv(…, 1x1) for the dense layers after it, have the same weights ` +
        "and slide over larger images: the input can have any height and width then (Long, Shelhamer & Darrell 2015, section 3.1)",
    };
  },
};
