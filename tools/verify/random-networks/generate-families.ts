/** Networks written by loops whose feature maps and outputs are families. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { Blocks } from "./generate-blocks.ts";
import { joinWith } from "./generate-joins.ts";
import type { Call, CropRule, Extent } from "./program.ts";
import {
  cellwiseWords,
  chance,
  pick,
  randomConvolution,
  randomPool,
  randomUpsampling,
} from "./random-call.ts";

/** A U-Net by two loops, with outputs of its levels now and then: `level[i]`, `side[i]`. */
export function loopedUNet(random: Random, draft: Draft, blocks: Blocks, factor: Extent): void {
  const depth = pick(random, [1, 2, 2, 3]);
  const width = 1 + random.integer(3);
  const padding = pick(random, ["same", "same", "same", "valid"] as const);
  const crop = padding === "valid" ? pick(random, ["centred", "aligned"] as const) : anyCrop(random);
  const supervised = chance(random, 0.5);
  const pool = randomPool(random, factor, width);
  // Every turn takes whatever channels the one before it made.
  const first = (): Call => ({ ...randomConvolution(random, 1, padding, false, width), groups: 1 });
  draft.side("encoder", () =>
    draft.loop(turning("i", 0, `${depth}`), depth, () => {
      draft.call(first());
      if (chance(random, 0.4)) draft.call({ word: "cellwise", text: pick(random, cellwiseWords) });
      draft.call(randomConvolution(random, draft.channels, padding, false, width), "level[i]");
      if (supervised && chance(random, 0.6)) blocks.output(draft, "i");
      else if (supervised) draft.output("side[i]", pick(random, ["sigmoid", "softmax", undefined] as const));
      draft.call(pool, "pool[i]");
    }),
  );
  for (let i = 0; i < depth; i += 1) {
    draft.know(`level[${i}]`, width);
    draft.know(`pool[${i}]`, draft.channels, pool);
  }
  const unpooled = pool.word === "pool" && pool.kind === "maxpool" && chance(random, 0.4);
  draft.call(first());
  draft.side("decoder", () =>
    draft.loop({ ...turning("i", 0, `${depth}`), reversed: true }, depth, () => {
      if (unpooled) draft.call({ word: "unpool", pool: "pool[i]" });
      else draft.call(randomUpsampling(random, factor, draft.channels));
      joinWith(random, draft, "level[i]", width, crop);
      draft.call(first());
    }),
  );
}

/** Nested skips, each row finer than the next, as UNet++ has them: `node[i, j]`. */
export function nestedUNet(random: Random, draft: Draft): void {
  const rows = pick(random, [2, 3, 3, 4]);
  const width = 1 + random.integer(2);
  const convolution = (): Call => ({ ...randomConvolution(random, 1, "same", false, width), groups: 1 });
  const crop = anyCrop(random);
  const upsampling = randomUpsampling(random, [2, 2], width);
  draft.call(convolution(), "node[0, 0]");
  draft.loop(turning("i", 1, `${rows}`), rows - 1, () => {
    draft.call(randomPool(random, [2, 2], draft.channels));
    draft.call(convolution(), "node[i, 0]");
  });
  draft.loop(turning("j", 1, `${rows}`), rows - 1, () => {
    draft.loop(turning("i", 0, `${rows} - j`), 1, () => {
      draft.from("node[i + 1, j - 1]");
      draft.call(upsampling);
      joinWith(random, draft, "node[i, j - 1]", width, crop);
      draft.call(convolution(), "node[i, j]");
    });
    if (chance(random, 0.5)) {
      draft.from("node[0, j]");
      draft.output("deep[j]", pick(random, ["sigmoid", "softmax", undefined] as const));
    }
  });
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < rows - i; j += 1) draft.know(`node[${i}, ${j}]`, width);
  draft.from(`node[0, ${rows - 1}]`);
}

/** Residuals one after the other, each of a name that ends with its turn: `let before = current`. */
export function loopedResiduals(random: Random, draft: Draft): void {
  const turns = 1 + random.integer(3);
  const padding = pick(random, ["same", "same", "valid"] as const);
  const crop = padding === "valid" ? "centred" : "none";
  const { channels } = draft;
  draft.loop(turning("k", 0, `${turns}`), turns, () => {
    const before = draft.bind();
    const convolution = randomConvolution(random, channels, padding, false);
    draft.call({ ...convolution, channels: { times: 1, of: "current" }, groups: 1 });
    if (chance(random, 0.5)) draft.call({ word: "cellwise", text: pick(random, cellwiseWords) });
    draft.skip([before], pick(random, ["add", "add", "subtract", "maximum"]), crop, draft.path(channels));
  });
}

function anyCrop(random: Random): "none" | CropRule {
  return pick(random, ["none", "none", "centred", "aligned"] as const);
}

function turning(variable: string, from: number, to: string): Parameters<Draft["loop"]>[0] {
  return { variable, from, to, reversed: false };
}
