/** Random calls: every word that changes a grid, with the arguments it takes. */

import { declared } from "../../../compiler/ops/activation-operations.ts";
import type { Activation } from "../../../compiler/ops/activations/activation.ts";
import { evaluateFormula } from "../../../compiler/ops/evaluate-formula.ts";
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { Call, Extent, Sides, WindowPadding } from "./program.ts";

export function chance(random: Random, share: number): boolean {
  return random.uniform() < share;
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const place = random.integer(items.length);
  if (place >= items.length) throw new Error("nothing to pick from");
  return items[place] as T; // there is one at this place
}

/** All activations, and the other calls that change no position. */
export const cellwiseWords: readonly string[] = [
  ...declared.map(({ name }) => name),
  "batchnorm",
  "dropout",
  "affine(0.5)",
  "affine(0.25, shift = 1)",
  "layernorm",
  "layer_scale",
  "lrn(3)",
  "prelu",
  "prelu(shared)",
  "softmax",
  "stochastic_depth(20%)",
];

/** Activations whose results are not 0 where the feature map is, or not above 0 where that is above: an impulse may be lost in them. */
export const impulseHidingActivations: readonly string[] = declared
  .filter((activation) => !passesImpulses(activation))
  .map(({ name }) => name);

function passesImpulses({ parameters, value }: Activation<string>): boolean {
  const usual = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
  );
  const at = (x: number): number => evaluateFormula(value(usual), [x]);
  return at(0) === 0 && [1e-6, 1, 100].every((x) => at(x) > 0);
}

function extent(random: Random, least: number, most: number): Extent {
  const one = (): number => least + random.integer(most - least + 1);
  const y = one();
  return [y, chance(random, 0.7) ? y : one()];
}

export function randomConvolution(
  random: Random,
  input: number,
  padding: WindowPadding,
  odd: boolean,
  channels: number = 1 + random.integer(4),
  kernel: Extent = pick(random, [[3, 3], [3, 3], [3, 3], [1, 1], extent(random, 1, 5)] as const),
): Extract<Call, { word: "conv" }> {
  const divisors = [1, 2, 3, 4].filter((groups) => input % groups === 0 && channels % groups === 0);
  return {
    word: "conv",
    channels,
    kernel: odd ? extent(random, 1, 5) : kernel,
    stride: odd && chance(random, 0.3) ? extent(random, 1, 3) : [1, 1],
    dilation: chance(random, odd ? 0.6 : 0.1) ? extent(random, 1, 3) : [1, 1],
    padding,
    groups: chance(random, 0.01) ? 2 : chance(random, 0.2) ? pick(random, divisors) : 1,
  };
}

/** Makes a feature map `factor` times coarser: a pool of any kind, or a convolution with a stride. */
export function randomPool(random: Random, factor: Extent, channels: number): Call {
  const kind = pick(random, ["maxpool", "maxpool", "avgpool"] as const);
  const choice = random.uniform();
  if (choice < 0.5)
    return {
      word: "pool",
      kind,
      kernel: factor,
      stride: undefined,
      dilation: [1, 1],
      padding: "valid",
      ceil: chance(random, 0.3),
      countPadding: false,
    };
  if (choice < 0.56) return { word: "pixel_unshuffle", factor };
  if (choice < 0.66)
    return { word: "downsample", mode: pick(random, ["area", "bilinear", "nearest"]), factor };
  if (choice < 0.85) {
    const kernel: Extent = [factor[0] + random.integer(3), factor[1] + random.integer(3)];
    const padding = pick<WindowPadding>(random, [
      "valid",
      "same",
      [random.integer(3), random.integer(2)],
      sides(random, 2),
    ]);
    const dilation = chance(random, 0.2) ? extent(random, 1, 3) : ([1, 1] as const);
    const countPadding = kind === "avgpool" && chance(random, 0.3);
    const ceil = !countPadding && chance(random, 0.4);
    return { word: "pool", kind, kernel, stride: factor, dilation, padding, ceil, countPadding };
  }
  return {
    ...randomConvolution(random, channels, pick(random, ["same", "valid"]), false),
    kernel: pick(random, [[3, 3], factor, [5, 4]] as const),
    stride: factor,
  };
}

/** A normalisation or softmax over the positions of each channel, or of groups of channels. */
export function overSpace(random: Random, channels: number): Call {
  const groups = chance(random, 0.04) ? channels + 1 : pick(random, divisors(channels));
  return pick(random, [
    { word: "over_space", text: "instancenorm", groups: 1 },
    { word: "over_space", text: `groupnorm(${groups})`, groups },
    { word: "over_space", text: "softmax(over = space)", groups: 1 },
  ] as const);
}

/** What mixes channels by no weights, or trades them for positions. */
export function overChannels(random: Random, channels: number): Call {
  const groups = chance(random, 0.04) ? channels + 1 : pick(random, divisors(channels));
  return pick(random, [
    { word: "channel_shuffle", groups },
    { word: "over_channels", kind: pick(random, ["avgpool", "maxpool"]) },
    { word: "cellwise", text: "lrn(3)" },
  ] as const);
}

function divisors(channels: number): readonly number[] {
  return Array.from({ length: channels }, (_, less) => less + 1).filter((part) => channels % part === 0);
}

/** A pool to one to four positions an axis. */
export function randomBins(random: Random): Call {
  return { word: "bins", kind: pick(random, ["avgpool", "avgpool", "maxpool"]), bins: extent(random, 1, 4) };
}

/** One position from all, with as many channels. */
export function squeeze(random: Random, draft: Draft): void {
  const kind = pick(random, ["avgpool", "maxpool"] as const);
  const dense: Call = { word: "dense", channels: draft.channels };
  const choice = random.uniform();
  if ((draft.fixed && choice < 0.4) || choice < 0.02) {
    // Where the input has no one size, a mistake.
    draft.call(dense);
  } else if (choice < 0.15) {
    draft.call(randomBins(random));
    draft.call(dense);
  } else if (choice < 0.25) draft.call({ word: "bins", kind, bins: [1, 1] });
  else {
    draft.call({ word: "global_pool", kind });
    if (choice < 0.35) draft.call(dense);
  }
}

/** Makes a feature map `factor` times finer, exactly or nearly. */
export function randomUpsampling(random: Random, factor: Extent, channels: number): Call {
  const [y, x] = factor;
  const made = chance(random, 0.5) ? 1 + random.integer(4) : channels;
  if (chance(random, channels % (y * x) === 0 ? 0.2 : 0.01)) return { word: "pixel_shuffle", factor };
  switch (random.integer(10)) {
    case 0:
      return { word: "learned", factor, kernel: [2 * y, 2 * x], channels: undefined };
    case 1:
      return { word: "learned", factor, kernel: extent(random, 1, 5), channels: made };
    case 2: {
      const kernel: Extent = [y + random.integer(3), x + random.integer(3)];
      return {
        word: "transposed_conv",
        channels: made,
        kernel,
        stride: factor,
        padding: "same",
        outputPadding: [0, 0],
        groups: 1,
      };
    }
    case 3: {
      const padding = pick<WindowPadding>(random, ["valid", [random.integer(2), random.integer(2)], "same"]);
      return {
        word: "transposed_conv",
        channels: made,
        kernel: extent(random, 1, 5),
        stride: factor,
        padding,
        outputPadding: [0, 0],
        groups: 1,
      };
    }
    case 9: {
      // PyTorch's form, exact where the kernel is odd; now and then more than the stride allows.
      const padding: Extent = [1 + random.integer(2), 1 + random.integer(2)];
      const more = (axis: 0 | 1): number =>
        Math.min(padding[axis], random.integer(factor[axis] + (chance(random, 0.05) ? 1 : 0)));
      return {
        word: "transposed_conv",
        channels: made,
        kernel: extent(random, 2, 5),
        stride: factor,
        padding,
        outputPadding: [more(0), more(1)],
        groups: 1,
      };
    }
    case 4:
      return { word: "resample", mode: "nearest", factor, alignCorners: false };
    case 5:
      return { word: "resample", mode: "bilinear", factor, alignCorners: chance(random, 0.15) };
    case 6:
      return { word: pick(random, ["unpool_nearest", "bed_of_nails"] as const), factor };
    default:
      return { word: "learned", factor, kernel: undefined, channels: made };
  }
}

function sides(random: Random, most: number): Sides {
  const one = (): number => random.integer(most + 1);
  if (chance(random, 0.5)) {
    const [vertical, horizontal] = [one(), one()];
    return { top: vertical, bottom: vertical, left: horizontal, right: horizontal };
  }
  return { top: one(), bottom: one(), left: one(), right: one() };
}

/** Any call that the current feature map may take; now and then one that is a mistake. */
export function anyCall(random: Random, draft: Draft, names: readonly string[]): Call {
  const factor = extent(random, 1, 3);
  const finer = draft.mayBecome(factor);
  switch (random.integer(finer ? 10 : 7)) {
    case 0:
      return { word: "crop", sides: sides(random, 3) };
    case 1:
      return {
        word: "pad",
        sides: sides(random, 4),
        mode: pick(random, ["zeros", "constant", "reflect", "edge"]),
      };
    case 2: {
      const pools = draft.maxPools;
      if (pools.length > 0) return { word: "unpool", pool: pick(random, pools) };
      return { word: "cellwise", text: pick(random, cellwiseWords) };
    }
    case 3:
      return randomPool(random, extent(random, 1, 3), draft.channels);
    case 4: {
      if (chance(random, 0.08)) return { word: "global_pool", kind: pick(random, ["maxpool", "avgpool"]) };
      if (chance(random, 0.05)) return randomBins(random);
      if (chance(random, 0.2)) return overSpace(random, draft.channels);
      if (chance(random, 0.2)) return overChannels(random, draft.channels);
      if (chance(random, 0.5)) return randomConvolution(random, draft.channels, "same", true);
      const spelt = pick(random, ["upsample", "downsample"] as const);
      const mode = pick(
        random,
        spelt === "downsample"
          ? (["nearest", "bilinear", "area"] as const)
          : (["nearest", "bilinear"] as const),
      );
      const alignCorners = mode === "bilinear" && chance(random, 0.3);
      return { word: "resample_to", spelt, mode, map: pick(random, names), alignCorners };
    }
    case 5:
    case 6:
      return randomConvolution(
        random,
        draft.channels,
        pick(random, ["same", "valid", [random.integer(3), random.integer(3)]] as const),
        true,
      );
    default:
      return randomUpsampling(random, factor, draft.channels);
  }
}
