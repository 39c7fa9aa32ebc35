/** Random small networks: encoders with decoders and skips, fully convolutional classifiers, and calls in any order. */
import type { Random } from "../../../runtime/random.ts";
import { Draft } from "./draft.ts";
import { attention } from "./generate-attention.ts";
import { Blocks } from "./generate-blocks.ts";
import { loopedResiduals, loopedUNet, nestedUNet } from "./generate-families.ts";
import { randomProportion, scaled, withSecondInput } from "./generate-inputs.ts";
import { elementwiseJoins, joinSeveral, joins, joinWith } from "./generate-joins.ts";
import { standardBlock } from "./generate-standard.ts";
import type { Dimension, Extent, WindowPadding, WrittenProgram } from "./program.ts";
import {
  anyCall,
  cellwiseWords,
  chance,
  overChannels,
  overSpace,
  pick,
  randomBins,
  randomConvolution,
  randomPool,
  randomUpsampling,
  squeeze,
} from "./random-call.ts";

export function randomProgram(random: Random): WrittenProgram {
  const channels = 1 + random.integer(3);
  const common = dimensions(random);
  const draft = new Draft(channels, { fixed: common.every(({ symbol }) => symbol === undefined) });
  const blocks = new Blocks(random);
  const proportion = chance(random, 0.25) ? randomProportion(random) : undefined;
  if (proportion !== undefined) withSecondInput(random, draft, common, proportion);
  const style = random.uniform();
  if (style < 0.4) encoderDecoder(random, draft, blocks);
  else if (style < 0.56) scoresWithSkips(random, draft);
  else if (style < 0.74) loopedUNet(random, draft, blocks, pick(random, factors));
  else if (style < 0.82) nestedUNet(random, draft);
  else anyOrder(random, draft, blocks);
  if (chance(random, 0.2)) draft.cropTo("image", pick(random, ["aligned", "aligned", "centred"]));
  if (chance(random, 0.05)) randomField(random, draft, ["image"]);
  return {
    input: { name: "image", channels, size: scaled(common, proportion?.[0] ?? 1) },
    body: draft.statements,
    activation: chance(random, 0.3) ? "softmax" : undefined,
  };
}

/** Mostly H and W; now and then one symbol for both, constants, or a linear form. */
function dimensions(random: Random): readonly [Dimension, Dimension] {
  const plain = (symbol: string): Dimension => ({ symbol, scale: 1, shift: 0 });
  const constant = (shift: number): Dimension => ({ symbol: undefined, scale: 0, shift });
  const choice = random.uniform();
  if (choice < 0.08) return [plain("S"), plain("S")];
  if (choice < 0.16) return [plain("H"), constant(16 + random.integer(80))];
  if (choice < 0.2) return [constant(16 + random.integer(24)), constant(16 + random.integer(24))];
  if (choice < 0.28)
    return [plain("H"), { symbol: "W", scale: 1 + random.integer(2), shift: random.integer(9) - 4 }];
  return [plain("H"), plain("W")];
}

const factors: readonly Extent[] = [
  [2, 2],
  [2, 2],
  [2, 2],
  [2, 2],
  [3, 3],
  [2, 1],
  [1, 2],
  [2, 3],
];

function encoderDecoder(random: Random, draft: Draft, blocks: Blocks): void {
  const depth = pick(random, [1, 2, 2, 2, 3, 3, 4]);
  const regime = pick(random, ["same", "same", "valid", "mixed"] as const);
  const crop = pick(random, ["none", "none", "centred", "aligned"] as const);
  const padding = (): WindowPadding =>
    regime === "mixed" || chance(random, 0.06) ? pick(random, ["same", "valid", [1, 1]] as const) : regime;
  const convolutions = (most: number): void => {
    for (let count = random.integer(most + 1); count > 0; count -= 1)
      draft.call(randomConvolution(random, draft.channels, padding(), chance(random, 0.12)));
    if (chance(random, 0.25)) draft.call({ word: "cellwise", text: pick(random, cellwiseWords) });
    else if (chance(random, 0.08)) draft.call(overSpace(random, draft.channels));
    else if (chance(random, 0.05)) draft.call(overChannels(random, draft.channels));
  };
  const levels: { factor: Extent; level: string; pool: string }[] = [];
  draft.side("encoder", () => {
    if (chance(random, 0.12)) {
      const border = 5 + random.integer(40);
      draft.call({ ...randomConvolution(random, draft.channels, [border, border], false), kernel: [3, 3] });
    }
    for (let turn = 0; turn < depth; turn += 1) {
      convolutions(2);
      const level = draft.name();
      const factor = pick(random, factors);
      const pool = draft.call(randomPool(random, factor, draft.channels), true);
      levels.push({ factor, level, pool });
    }
  });
  convolutions(2);
  const middle = random.uniform();
  if (middle < 0.2) pyramid(random, draft);
  else if (middle < 0.32) attention(random, draft, []);
  else if (middle < 0.42) standardBlock(random, draft);
  draft.side("decoder", () => {
    for (const { factor, level, pool } of levels.toReversed()) {
      upsample(random, draft, factor, pool);
      if (chance(random, 0.85)) {
        const rule = chance(random, 0.1) ? pick(random, ["none", "centred", "aligned"] as const) : crop;
        joinWith(random, draft, level, draft.channelsOf(level), rule);
      }
      if (chance(random, 0.15)) gate(random, draft);
      else if (chance(random, 0.05) && draft.mayBecome([3, 3])) attention(random, draft, [level]);
      else if (chance(random, 0.1)) blocks.apply(draft, 1 + random.integer(3));
      convolutions(1);
    }
  });
}

/** Unpooling needs the channels of its pool, and so do most skips that add. */
function upsample(random: Random, draft: Draft, factor: Extent, pool: string): void {
  if (draft.isMaxPool(pool) && chance(random, 0.3)) {
    const wanted = draft.channelsOf(pool);
    if (draft.channels !== wanted && !chance(random, 0.03))
      draft.call(randomConvolution(random, draft.channels, "same", false, wanted));
    draft.call({ word: "unpool", pool });
  } else draft.call(randomUpsampling(random, factor, draft.channels));
}

/** Squeeze and excitation, or a gate of one channel: what it is joined with may come before it or after, and be several feature maps. */
function gate(random: Random, draft: Draft): void {
  const features = draft.name();
  const channels = chance(random, 0.4) ? 1 : draft.channels;
  if (chance(random, 0.7)) squeeze(random, draft);
  else if (chance(random, 0.3))
    draft.call({ word: "over_channels", kind: pick(random, ["avgpool", "maxpool"]) });
  if (draft.channels !== channels || chance(random, 0.7))
    draft.call(randomConvolution(random, draft.channels, "same", false, channels, [1, 1]));
  if (chance(random, 0.2)) draft.call(randomConvolution(random, channels, "same", false, channels));
  const join = pick(random, elementwiseJoins);
  const crop = chance(random, 0.1) ? pick(random, ["centred", "aligned"] as const) : "none";
  if (chance(random, 0.5)) {
    draft.skip([features], join, crop, draft.path(draft.channelsOf(features)));
    return;
  }
  const squeezed = draft.name();
  draft.from(features);
  if (chance(random, 0.6)) {
    draft.call(randomConvolution(random, draft.channels, "same", false, draft.channels));
    const maps = chance(random, 0.5) ? [squeezed, features] : [features, squeezed];
    draft.skip(maps, join, crop, draft.path(draft.channels));
    return;
  }
  draft.skip([squeezed], join, crop, draft.path(draft.channelsOf(squeezed)));
}

/** Parallel convolutions of different dilation, joined. */
function pyramid(random: Random, draft: Draft): void {
  const join = pick(random, joins);
  const width = 1 + random.integer(3);
  const paths: Draft[] = [];
  for (const rate of [1, 2, 3].slice(0, 1 + random.integer(3))) {
    const path = draft.path(draft.channels);
    path.call({
      ...randomConvolution(random, draft.channels, "same", false, width, [3, 3]),
      dilation: [rate, chance(random, 0.8) ? rate : 1],
    });
    paths.push(path);
  }
  if (chance(random, 0.3)) {
    const name = draft.name();
    const path = draft.path(draft.channels);
    const bins = chance(random, 0.4);
    if (bins) path.call(randomBins(random));
    else path.call({ word: "global_pool", kind: pick(random, ["avgpool", "maxpool"]) });
    path.call(randomConvolution(random, path.channels, "same", false, width, [1, 1]));
    paths.push(path);
    if (bins || join === "concat" || chance(random, 0.5)) {
      const mode = pick(random, ["bilinear", "nearest"] as const);
      // Resampled to a fixed number of positions, it matches the others at a single size.
      const cells = 3 + random.integer(20);
      path.call(
        chance(random, 0.25)
          ? { word: "resample", mode, factor: [cells, cells], alignCorners: false }
          : {
              word: "resample_to",
              spelt: "upsample",
              mode,
              map: name,
              alignCorners: mode === "bilinear" && chance(random, 0.3),
            },
      );
    }
  }
  draft.fork(join, paths);
}

/** As FCN-8s: a wide border, pools that round up, a score, and skips cropped to the upsampled scores. */
function scoresWithSkips(random: Random, draft: Draft): void {
  const classes = 1 + random.integer(3);
  const border = random.integer(45);
  draft.call({ ...randomConvolution(random, draft.channels, [border, border], false, 2), kernel: [3, 3] });
  const pools: string[] = [];
  for (let depth = 1 + random.integer(4); depth > 0; depth -= 1) {
    if (chance(random, 0.6)) draft.call(randomConvolution(random, draft.channels, "same", false));
    const kind = pick(random, ["maxpool", "avgpool"] as const);
    const kernel: Extent = chance(random, 0.8) ? [2, 2] : [3, 3];
    pools.push(
      draft.call(
        {
          word: "pool",
          kind,
          kernel,
          stride: [2, 2],
          dilation: [1, 1],
          padding: "valid",
          ceil: chance(random, 0.8),
          countPadding: false,
        },
        true,
      ),
    );
  }
  const head = 1 + random.integer(5);
  draft.call(randomConvolution(random, draft.channels, "valid", false, classes, [head, head]));
  const bilinear = (factor: number): void => {
    const kernel = chance(random, 0.8) ? 2 * factor - (factor % 2) : 1 + random.integer(2 * factor);
    draft.call({ word: "learned", factor: [factor, factor], kernel: [kernel, kernel], channels: undefined });
  };
  let left = 2 ** pools.length;
  for (const pool of pools.slice(0, -1).toReversed()) {
    if (chance(random, 0.3)) break;
    bilinear(2);
    left /= 2;
    const path = draft.path(draft.channelsOf(pool));
    path.call(randomConvolution(random, path.channels, "same", false, classes, [1, 1]));
    draft.skip([pool], "add", chance(random, 0.85) ? "aligned" : "centred", path);
  }
  if (left <= 16) bilinear(left);
  if (chance(random, 0.8)) draft.cropTo("image", "aligned");
}

function anyOrder(random: Random, draft: Draft, blocks: Blocks): void {
  const names = [...new Set(["image", draft.name()])];
  const steps: readonly (readonly [share: number, step: () => void])[] = [
    [0.1, () => joinAny(random, draft, names)],
    [0.06, () => joinSeveral(random, draft, names)],
    [0.05, () => pyramid(random, draft)],
    [0.04, () => draft.cropTo(pick(random, names), pick(random, ["centred", "aligned"]))],
    [0.03, () => draft.from(pick(random, names))],
    [0.07, () => residual(random, draft)],
    [0.04, () => loopedResiduals(random, draft)],
    [0.08, () => gate(random, draft)],
    [0.06, () => blocks.apply(draft, 1 + random.integer(3))],
    [0.07, () => standardBlock(random, draft)],
    [0.08, () => (draft.mayBecome([3, 3]) ? attention(random, draft, names) : gate(random, draft))],
    [0.03, () => randomField(random, draft, names)],
  ];
  for (let turns = 2 + random.integer(8); turns > 0; turns -= 1) {
    let choice = random.uniform();
    const step = steps.find(([share]) => {
      choice -= share;
      return choice < 0;
    });
    if (step === undefined) draft.call(anyCall(random, draft, names));
    else step[1]();
    if (chance(random, 0.4)) names.push(draft.name());
  }
}

/** Scores of two or more classes, refined by the colours of an input; now and then by what is no image, or has another size. */
function randomField(random: Random, draft: Draft, names: readonly string[]): void {
  if (draft.channels < 2 && !chance(random, 0.05))
    draft.call(randomConvolution(random, draft.channels, "same", false, 2 + random.integer(2), [1, 1]));
  const iterations = random.integer(3);
  const window = pick(random, [[3, 3], [3, 3], [5, 5], [3, 5], "all"] as const);
  draft.call({ word: "crf", guide: pick(random, names), window, iterations });
}

/** A residual block: the feature map added to the result of some convolutions. */
function residual(random: Random, draft: Draft): void {
  const path = draft.path(draft.channels);
  for (let count = 1 + random.integer(2); count > 0; count -= 1)
    path.call(
      randomConvolution(
        random,
        path.channels,
        chance(random, 0.85) ? "same" : "valid",
        false,
        draft.channels,
      ),
    );
  draft.fork("add", [path, draft.path(draft.channels)]);
}

function joinAny(random: Random, draft: Draft, names: readonly string[]): void {
  const name = pick(random, names);
  joinWith(random, draft, name, draft.channelsOf(name), pick(random, ["none", "centred", "aligned"]));
}
