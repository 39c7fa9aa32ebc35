/** Blocks that take the channels of what flows from `current`, as published networks have them. */
import type { Random } from "../../../runtime/random.ts";
import type { Draft } from "./draft.ts";
import type { Block, Call, Channels, Join, Written } from "./program.ts";
import { cellwiseWords, chance, pick } from "./random-call.ts";

/** The blocks of one program, each made when it is first called. */
export class Blocks {
  readonly #random: Random;
  readonly #made = new Map<string, Block>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Any block on the current feature map, whose channels stay or become `channels`. */
  apply(draft: Draft, channels: number): void {
    switch (this.#random.integer(3)) {
      case 0:
        draft.apply(this.#get("inverted", true, false, inverted), `${channels}`, channels);
        return;
      case 1:
        draft.apply(this.#get("refined", false, true, refined), undefined, draft.channels);
        return;
      default:
        draft.apply(this.#get("squeezed", false, true, squeezed), undefined, draft.channels);
    }
  }

  /** An output of the family `side`, of the given index, which leaves the current feature map. */
  output(draft: Draft, index: string): void {
    draft.apply(this.#get("head", true, true, head), index, draft.channels);
  }

  #get(
    name: string,
    takesNumber: boolean,
    takesCurrent: boolean,
    body: (random: Random) => readonly Written[],
  ): Block {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = { name, standard: undefined, takesNumber, takesCurrent, body: body(this.#random) };
    this.#made.set(name, made);
    return made;
  }
}

const own: Channels = { times: 1, of: "current" };
const given: Channels = { times: 1, of: "map", name: "x" };
const wanted: Channels = { times: 1, of: "parameter", name: "c" };

/** Wider, a convolution of each channel, narrower: MobileNetV2. */
function inverted(random: Random): readonly Written[] {
  const stride = chance(random, 0.2) ? 2 : 1;
  const each = convolution(own, { groups: own, stride: [stride, stride], kernel: [3, 3] });
  return [
    called(convolution({ times: 2, of: "current" })),
    ...some(random),
    called(each),
    called(convolution(wanted)),
  ];
}

/** A residual; its convolutions may crop what it is added to. */
function refined(random: Random): readonly Written[] {
  const crop = pick(random, ["none", "centred", "aligned"] as const);
  const padding = crop === "none" ? "same" : pick(random, ["same", "valid"] as const);
  const join = pick<Join>(random, ["add", "add", "subtract", "maximum", "minimum", "multiply"]);
  return [
    called(convolution(given, { kernel: [3, 3], padding })),
    ...some(random),
    called(convolution(given, { kernel: [3, 3], padding, groups: chance(random, 0.3) ? given : 1 })),
    { kind: "skip", maps: ["x"], join, crop, path: [], as: undefined },
  ];
}

/** Squeeze and excitation, or a gate of one channel. */
function squeezed(random: Random): readonly Written[] {
  return [
    called({ word: "global_pool", kind: pick(random, ["avgpool", "maxpool"]) }),
    called(convolution(chance(random, 0.7) ? given : 1)),
    called({ word: "cellwise", text: "sigmoid" }),
    { kind: "skip", maps: ["x"], join: "multiply", crop: "none", path: [], as: undefined },
  ];
}

/** An output of its own. */
function head(random: Random): readonly Written[] {
  const activation = pick(random, ["softmax", "sigmoid", undefined] as const);
  return [
    called(convolution(2)),
    { kind: "output", name: "side[c]", activation },
    { kind: "from", map: "x" },
  ];
}

function some(random: Random): readonly Written[] {
  return chance(random, 0.6) ? [called({ word: "cellwise", text: pick(random, cellwiseWords) })] : [];
}

function called(call: Call): Written {
  return { kind: "call", call, as: undefined };
}

function convolution(
  channels: Channels,
  changes: Partial<Extract<Call, { word: "conv" }>> = {},
): Extract<Call, { word: "conv" }> {
  return {
    word: "conv",
    channels,
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: "same",
    groups: 1,
    ...changes,
  };
}
