/**
 * Calls of blocks of `std/blocks`, each with what it must mean: the same layers in the same order as in its paper, written a second
 * time.
 */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { Block, Call, Extent, Statement, Written } from "./program.ts";
import { chance, pick } from "./random-call.ts";

interface StandardCall {
  readonly name: string;
  readonly arguments: string;
  readonly body: readonly Statement[];
  /** Channels of the result. */
  readonly channels: number;
}

/** Any of them on the current feature map. */
export function standardBlock(random: Random, draft: Draft): void {
  const { name, arguments: given, body, channels } = pick(random, calls)(random, draft.channels);
  const standard = `${name}(${given})`;
  const block: Block = { name, standard, takesNumber: false, takesCurrent: true, body };
  draft.apply(block, undefined, channels);
}

const calls: readonly ((random: Random, channels: number) => StandardCall)[] = [
  (random, channels) => {
    const squeeze = 1 + random.integer(2);
    const hard = chance(random, 0.4);
    const named = `squeeze = ${squeeze}, bias = ${pick(random, ["true", "false"])}${hard ? ", gate = hard_sigmoid" : ""}`;
    const body = squeezeExcitation("x", channels, squeeze, hard ? "hard_sigmoid" : "sigmoid");
    return { name: "squeeze_excitation", arguments: named, body, channels };
  },
  (random, channels) => {
    const reduction = reductionOf(random, channels);
    const body = channelAttention("x", channels, channels / reduction);
    return { name: "channel_attention", arguments: `reduction = ${reduction}`, body, channels };
  },
  (random, channels) => {
    const kernel = 3 + 2 * random.integer(2);
    return {
      name: "spatial_attention",
      arguments: `kernel = ${kernel}`,
      body: spatialAttention("x", kernel),
      channels,
    };
  },
  (random, channels) => {
    const [reduction, kernel] = [reductionOf(random, channels), 3 + 2 * random.integer(2)];
    const body = [
      ...channelAttention("x", channels, channels / reduction),
      bind("y"),
      ...spatialAttention("y", kernel),
    ];
    return { name: "cbam", arguments: `reduction = ${reduction}, kernel = ${kernel}`, body, channels };
  },
  (random, channels) => {
    const width = 1 + random.integer(3);
    const pooled = pick(random, [1, 1, 2]);
    const named = `channels = ${width}${pooled > 1 ? `, pooled = ${pooled}` : ""}`;
    return { name: "non_local", arguments: named, body: nonLocal("x", channels, width, pooled), channels };
  },
  (random, channels) => {
    const reduction = reductionOf(random, channels);
    const body = positionAttention("x", channels, channels / reduction);
    return { name: "position_attention", arguments: `reduction = ${reduction}`, body, channels };
  },
  (_, channels) => ({
    name: "channel_self_attention",
    arguments: "",
    body: channelSelfAttention("x"),
    channels,
  }),
  () => ({ name: "dual_attention", arguments: "channels = 8", body: dualAttention(8), channels: 8 }),
  (random) => {
    const width = 1 + random.integer(3);
    const rates = pick(random, [[1], [1, 2], [2, 3]]);
    const named = `channels = ${width}, rates = [${rates.join(", ")}]`;
    return { name: "aspp", arguments: named, body: atrousPyramid(width, rates), channels: width };
  },
  (random, channels) => {
    const width = 1 + random.integer(2);
    const bins = pick(random, [[1], [2, 1], [3, 2]]);
    const named = `current, ${width}, bins = [${bins.join(", ")}]`;
    const made = channels + width * bins.length;
    return { name: "pyramid_pooling", arguments: named, body: pyramidPooling(width, bins), channels: made };
  },
];

function reductionOf(random: Random, channels: number): number {
  return pick(
    random,
    [1, 2, 4].filter((reduction) => channels % reduction === 0),
  );
}

function squeezeExcitation(
  input: string,
  channels: number,
  squeeze: number,
  gate: string,
): readonly Statement[] {
  return [
    from(input),
    call({ word: "global_pool", kind: "avgpool" }),
    convolution(squeeze),
    cellwise("relu"),
    convolution(channels),
    cellwise(gate),
    skip(input, "multiply"),
  ];
}

function channelAttention(input: string, channels: number, squeeze: number): readonly Statement[] {
  const layers = (kind: "avgpool" | "maxpool", as?: string): readonly Statement[] => [
    from(input),
    call({ word: "global_pool", kind }),
    convolution(squeeze),
    cellwise("relu"),
    convolution(channels, {}, as),
  ];
  return [
    ...layers("avgpool", "excite"),
    ...layers("maxpool"),
    skip("excite", "add"),
    cellwise("sigmoid"),
    skip(input, "multiply"),
  ];
}

function spatialAttention(input: string, kernel: number): readonly Statement[] {
  return [
    from(input),
    {
      kind: "fork",
      join: "concat",
      paths: [
        [call({ word: "over_channels", kind: "avgpool" })],
        [call({ word: "over_channels", kind: "maxpool" })],
      ],
      as: undefined,
    },
    convolution(1, { kernel: [kernel, kernel] }),
    cellwise("sigmoid"),
    skip(input, "multiply"),
  ];
}

function nonLocal(input: string, channels: number, width: number, pooled: number): readonly Statement[] {
  const coarser: readonly Statement[] = pooled > 1 ? [maxpool([pooled, pooled])] : [];
  return [
    from(input),
    convolution(width),
    ...coarser,
    bind("key"),
    from(input),
    convolution(width),
    ...coarser,
    bind("value"),
    from(input),
    convolution(width),
    call({ word: "attend", key: "key", value: "value", heads: 1 }),
    convolution(channels),
    skip(input, "add"),
  ];
}

function positionAttention(input: string, channels: number, width: number): readonly Statement[] {
  return [
    from(input),
    convolution(width, {}, "key"),
    from(input),
    convolution(channels, {}, "value"),
    from(input),
    convolution(width),
    call({ word: "attend", key: "key", value: "value", heads: 1 }),
    cellwise("layer_scale"),
    skip(input, "add"),
  ];
}

function channelSelfAttention(input: string): readonly Statement[] {
  return [
    from(input),
    call({ word: "gather", regions: input, mean: false }),
    call({ word: "over_space", text: "softmax(over = space)", groups: 1 }, "similarity"),
    from(input),
    call({ word: "distribute", gathered: "similarity" }),
    cellwise("layer_scale"),
    skip(input, "add"),
  ];
}

/** Reduced by 8 within. */
function dualAttention(channels: number): readonly Statement[] {
  const around = (inside: readonly Statement[], input: string): readonly Statement[] => [
    ...normalised(channels, [3, 3]),
    bind(input),
    ...inside,
    ...normalised(channels, [3, 3]),
  ];
  const paths = [
    around(positionAttention("p", channels, channels / 8), "p"),
    around(channelSelfAttention("q"), "q"),
  ];
  return [{ kind: "fork", join: "add", paths, as: undefined }];
}

function atrousPyramid(width: number, rates: readonly number[]): readonly Statement[] {
  const paths = [
    normalised(width, [1, 1]),
    ...rates.map((rate) => normalised(width, [3, 3], rate)),
    [call({ word: "global_pool", kind: "avgpool" }), ...normalised(width, [1, 1]), resampledTo("x", false)],
  ];
  return [
    { kind: "fork", join: "concat", paths, as: undefined },
    ...normalised(width, [1, 1]),
    cellwise("dropout"),
  ];
}

function pyramidPooling(width: number, bins: readonly number[]): readonly Statement[] {
  const paths = bins.map((count) => [
    call({ word: "bins", kind: "avgpool", bins: [count, count] }),
    ...normalised(width, [1, 1]),
    resampledTo("x", true),
  ]);
  return [{ kind: "fork", join: "concat", paths: [[], ...paths], as: undefined }];
}

function normalised(channels: number, kernel: Extent, rate = 1): readonly Statement[] {
  return [convolution(channels, { kernel, dilation: [rate, rate] }), cellwise("batchnorm"), cellwise("relu")];
}

function resampledTo(map: string, alignCorners: boolean): Statement {
  return call({ word: "resample_to", spelt: "upsample", mode: "bilinear", map, alignCorners });
}

function maxpool(kernel: Extent): Statement {
  return call({
    word: "pool",
    kind: "maxpool",
    kernel,
    stride: undefined,
    dilation: [1, 1],
    padding: "valid",
    ceil: false,
    countPadding: false,
  });
}

function convolution(
  channels: number,
  changes: Partial<Extract<Call, { word: "conv" }>> = {},
  as?: string,
): Statement {
  const plain = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], padding: "same", groups: 1 } as const;
  return call({ word: "conv", channels, ...plain, ...changes }, as);
}

function call(made: Call, as?: string): Statement {
  return { kind: "call", call: made, as };
}

function cellwise(text: string): Statement {
  return call({ word: "cellwise", text });
}

function from(map: string): Statement {
  return { kind: "from", map };
}

function bind(name: string): Statement {
  return { kind: "bind", name };
}

function skip(map: string, join: "add" | "multiply"): Extract<Written, { kind: "skip" }> {
  return { kind: "skip", maps: [map], join, crop: "none", path: [], as: undefined };
}
