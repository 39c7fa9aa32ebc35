/** Messages of the lints: programs that compile and are probably not what was meant. Each gives the reason, the source and a fix. */
import type { Wording } from "./wording.ts";

const axisWord = { y: "height", x: "width" } as const;

function inputPixels(count: string): string {
  return `${count} input ${count === "1" ? "pixel" : "pixels"}`;
}

export const lints = {
  "lints/checkerboard": (facts: {
    /** Elements of the kernel, along the axis that the stride does not divide. */
    readonly kernel: number;
    readonly stride: number;
  }): Wording => {
    const fewest = Math.floor(facts.kernel / facts.stride);
    const next = (fewest + 1) * facts.stride;
    return {
      severity: "warning",
      message: `a kernel of ${facts.kernel} and a stride of ${facts.stride} cause checkerboard artifacts: positions of the result alternately sum ${fewest} and ${fewest + 1} taps`,
      help: `use a kernel size that is a multiple of the stride (${fewest > 0 ? `${fewest * facts.stride} or ${next}` : next}), or upsample and convolve (Odena, Dumoulin & Olah 2016)`,
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
      message: `${facts.rates.length} consecutive dilated convolutions have dilation rates with the common factor ${facts.factor} (${shown.join(", ")}): each position reads a grid with gaps, and its neighbour reads a different grid (${axisWord[facts.axis]})`,
      help: "use rates without a common factor, such as 1, 2, 3, or add a convolution without dilation between them (Wang et al. 2018, section 3.2)",
    };
  },
  "lints/misaligned": (facts: {
    /** "add", "concat" */
    readonly join: string;
    readonly apart:
      | {
          /** Whether an existing crop could be exact; a whole number of positions; a fraction of one. */
          readonly kind: "croppable" | "whole" | "fractional";
          /** Input pixels, and positions of the feature maps: "1/2". */
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
        message: `the alignment of the feature maps in this ${join} is unknown: they come from inputs whose sizes have no fixed ratio`,
        help: "inputs that show the same scene have sizes with a fixed ratio, such as [3, 2*H, 2*W] and [3, H, W]",
      };
    if (apart.kind === "unknown")
      return {
        severity: "information",
        message: `the feature maps of this ${join} are not aligned at every input size: ${apart.reason}`,
        help: "the shift depends on the size; resampling by a factor at half-pixel centres keeps the feature maps aligned",
      };
    if (apart.kind === "varying")
      return {
        severity: "information",
        message: `the feature maps of this ${join} are not aligned: the shift is ${apart.from} input pixels at the first position and ${apart.to} at the last`,
        help: "resample with half-pixel centres instead of aligned corners",
      };
    const shift = `the feature maps of this ${join} are shifted by ${inputPixels(apart.pixels.replace(/^-/, ""))} against each other`;
    if (apart.kind === "fractional")
      return {
        severity: "information",
        message: `${shift}, ${apart.cells.replace(/^-/, "")} of a position, which no crop can correct`,
        help: "to align them, change a kernel size by one where the paths differ, or change the padding; many published networks accept this shift",
      };
    const cells = apart.cells.replace(/^-/, "");
    if (apart.kind === "croppable")
      return {
        severity: "error",
        message: `${shift}, and this crop could align them exactly: a centred crop is ${cells} ${cells === "1" ? "position" : "positions"} off`,
        help: "crop = aligned crops at the exact offset (Long, Shelhamer & Darrell 2015); for any other offset, write crop(…) with the number of positions per side",
      };
    return {
      severity: "warning",
      message: `${shift}, exactly ${cells} ${cells === "1" ? "position" : "positions"}`,
      help: "crop or pad one of the feature maps so that both start at the same place",
    };
  },
  "lints/coarse-skip": (facts: {
    /**
     * The feature map it joins was made from it, without finer positions or with some; or both are as coarse and of separate
     * streams.
     */
    readonly kind: "repeated" | "dense" | "streams";
    /** Strides, in input pixels. */
    readonly from: string;
    readonly to: string;
  }): Wording => ({
    severity: facts.kind === "repeated" ? "warning" : "information",
    message: `this skip joins a coarser feature map (${resolution(facts.from)}) to a finer one (${resolution(facts.to)}), so it adds no spatial detail`,
    help: {
      repeated:
        "take the skip from a feature map of the same resolution, or join before the upsampling (Long, Shelhamer & Darrell 2015, section 4.2)",
      dense:
        "decoders that join all scales do so on purpose (Huang et al. 2020); otherwise skip from a finer map",
      streams:
        "late fusion of two streams does so (Long, Shelhamer & Darrell 2015, section 5); a join before the upsampling takes fewer MACs",
    }[facts.kind],
  }),
  "lints/one-channel": (facts: {
    /** "add", "subtract" */
    readonly join: string;
    /** Of the result. */
    readonly channels: number;
  }): Wording => ({
    severity: "warning",
    message: `this ${facts.join} joins one channel with ${facts.channels}: its values are repeated for every channel`,
    help: `make the channels equal first, with conv(${facts.channels}, 1x1); a gate of one channel is joined by multiply`,
  }),
  "lints/even-kernel": (facts: {
    readonly kernel: number;
    readonly axis: "y" | "x";
    /** Half a position in input pixels; `undefined`: the feature map has no exact grid. */
    readonly pixels: string | undefined;
  }): Wording => ({
    severity: "warning",
    message: `an even kernel (${facts.kernel} in ${axisWord[facts.axis]}) with stride 1 shifts the feature map by half a position${facts.pixels === undefined ? "" : ` (${inputPixels(facts.pixels)})`}`,
    help: `use ${facts.kernel - 1 > 0 ? `${facts.kernel - 1} or ` : ""}${facts.kernel + 1}: an odd kernel has a centre element (Wu et al. 2019, section 3.1)`,
  }),
  "lints/bias-before-normalisation": (facts: {
    /** "batchnorm" */
    readonly normalisation: string;
    readonly weights: number;
  }): Wording => ({
    severity: "information",
    message: `${facts.normalisation} subtracts the mean of each channel, which cancels the ${facts.weights} biases of this layer`,
    help: "bias = false removes them (Ioffe & Szegedy 2015, section 3.2); weights saved before this change can then no longer be loaded",
  }),
  "lints/twice-activated": (facts: {
    /** "softmax", "sigmoid" */
    readonly inner: string;
    readonly outer: string;
    readonly output: string;
    readonly by: "output" | "loss";
  }): Wording => ({
    severity: "warning",
    message: `${facts.by === "output" ? `the output ${facts.output}` : `the loss of ${facts.output}`} applies ${facts.outer} to values that already went through ${facts.inner}`,
    help:
      facts.by === "output"
        ? `remove this one: the loss takes the logits before the activation of the output (Goodfellow et al. 2016, section 6.2.2.3)`
        : `write it at the output, so that the loss takes the logits: output ${facts.output} by ${facts.inner} (Goodfellow et al. 2016, section 6.2.2.3)`,
  }),
  "lints/zero-transposed": (facts: { readonly frozen: boolean }): Wording => ({
    severity: "warning",
    message: `this transposed convolution is initialised with zeros: its output is zero, and the layers before it get no gradient ${facts.frozen ? "at all, because it is frozen" : "until its weights have changed"}`,
    help: "use init = bilinear, which starts as bilinear interpolation (Long, Shelhamer & Darrell 2015, section 3.3), or leave init out",
  }),
  "lints/unread": (facts: {
    /** "the feature map side", "the feature map after conv", "the input depth" */
    readonly what: string;
    /** Operations whose results are used nowhere else. */
    readonly operations: number;
    /** Whether they have weights that nothing else uses. */
    readonly untrained: boolean;
    /** What was probably meant: "output labels by softmax". */
    readonly instead?: string;
  }): Wording => ({
    severity: "warning",
    message: `${facts.what} is never used${facts.operations > 1 ? `, and ${facts.operations} operations are computed only for it` : ""}`,
    help:
      facts.instead ??
      `join it, make it an output, or remove it: it costs memory and time${facts.untrained ? ", and its weights get no gradient" : ""}`,
  }),
  "lints/padding-share": (
    facts:
      | {
          readonly kind: "share";
          readonly percent: number;
          /** [height, width] of the padded feature map, at the training size. */
          readonly cells: readonly [number, number];
          readonly dilated: boolean;
        }
      /** Windows before the first that touches the feature map; whether a crop follows. */
      | { readonly kind: "blind"; readonly windows: number; readonly cropped: boolean },
  ): Wording =>
    facts.kind === "share"
      ? {
          severity: facts.dilated ? "warning" : "information",
          message: `${facts.percent}% of the values that these windows read are padding: at the training size, the feature map is ${facts.cells.join("×")}`,
          help: facts.dilated
            ? "train on larger crops, or use a smaller dilation (Chen et al. 2017, section 3.3)"
            : "encoders that end in one position do so on purpose (Isola et al. 2017); otherwise train on larger crops",
        }
      : {
          severity: facts.cropped ? "information" : "warning",
          message: `the padding is as wide as the window, so the outermost ${facts.windows === 1 ? "windows read" : `${facts.windows} windows on each side read`} only zeros`,
          help: facts.cropped
            ? "FCN uses such padding to accept every input size and crops at the end (Long, Shelhamer & Darrell 2015); otherwise use a smaller padding"
            : "nothing crops these positions away: use a smaller padding, or crop at the end (Long, Shelhamer & Darrell 2015)",
        },
  "lints/single-value": (facts: {
    readonly operation: string;
    /** Whether the images of a batch are normalised together. */
    readonly acrossBatch: boolean;
    /** Whether those of several channels are taken together. */
    readonly acrossChannels: boolean;
    /** Further layers with the same problem. */
    readonly others: number;
  }): Wording => {
    const more =
      facts.others === 0 ? "" : ` (and ${facts.others} more ${facts.others === 1 ? "layer" : "layers"})`;
    return facts.acrossBatch
      ? {
          severity: "warning",
          message: `${facts.operation} of a single value: the feature map is 1×1 and a batch has 1 image, so the variance is 0${more}; a training step is refused`,
          help: "train with a batch of at least 2 or on larger images, or remove this normalisation",
        }
      : {
          severity: "warning",
          message: `${facts.operation} of a single value: the feature map is 1×1${facts.acrossChannels ? " with one channel in a group" : ""}, so the variance is 0 and the result does not depend on the input${more}; a training step is refused`,
          help: `leave it out, normalise before the feature map becomes 1×1, or use ${facts.acrossChannels ? "fewer groups" : "batchnorm with a batch of at least 2"}`,
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
    message: `the stride of this feature map is ${facts.stride} pixels, more than the image: ${facts.trained ? `training uses ${facts.size} pixels` : `${facts.symbol} = ${facts.size} is accepted`}`,
    help: facts.trained
      ? `train on crops of at least ${facts.stride}, or pool less`
      : `use images of at least ${facts.stride} pixels: for smaller ones, the coarsest positions are mostly padding`,
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
        ? `the receptive field of ${facts.output} is ${facts.field} pixels (${axisWord[facts.axis]}), smaller than the objects (${facts.size} pixels)`
        : `the receptive field of ${facts.output} is ${facts.field} pixels (${axisWord[facts.axis]}), smaller than the ${facts.size} pixels it is trained on`,
    help: `add pooling or dilation${facts.what === "objects" ? "" : " if the labels depend on context further away"}; the effective receptive field is even smaller (Luo et al. 2016, section 2.2)`,
  }),
  "lints/dense-fixes-size": (facts: {
    readonly channels: number;
    /** Height and width of its input feature map. */
    readonly cells: readonly [number, number];
    /** Height and width of the input, pixels. */
    readonly image: readonly [number, number];
  }): Wording => {
    const [cells, image] = [facts.cells.join("x"), facts.image.join("x")];
    return {
      severity: "information",
      message: `dense(${facts.channels}) has weights for each of the ${cells} positions of its input, so the network accepts only images of ${image}`,
      help:
        `conv(${facts.channels}, ${cells}, padding = valid), with conv(…, 1x1) for the dense layers after it, has the same weights ` +
        "and works on larger images, so the input can have any height and width (Long, Shelhamer & Darrell 2015, section 3.1)",
    };
  },
};

/** "1/4" of the stride "4", "25/96" of "96/25". */
function resolution(stride: string): string {
  const [numerator = "", denominator = "1"] = stride.split("/");
  return `${denominator}/${numerator}`;
}
