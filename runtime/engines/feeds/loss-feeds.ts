/** What the host gives a term of a loss: targets, how much each position counts, and the scale of the sum. */
import { usualShare } from "../../../compiler/learning/losses/ohem-cross-entropy.ts";
import { weighsAreas } from "../../../compiler/tensors/losses/formulas.ts";
import { atCentre } from "../../../compiler/tensors/losses/heat.ts";
import type { ClassLoss, MapLoss, TermTargets } from "../trained-outputs.ts";
import { channelsFirst } from "./channels-first.ts";

export interface LossFeeds {
  /** Classes [batch, 1, height, width], or values [batch, channels, height, width]. */
  readonly target: Int32Array | Float32Array;
  /** [batch, 1, height, width]; of a loss without a target both are empty. */
  readonly valid: Float32Array;
  /** Of a loss of areas: one for each class; `undefined`: all one. */
  readonly classWeights: Float32Array | undefined;
  /** Of a loss of the hardest positions: how many count. */
  readonly kept: number | undefined;
  /** What the sum of the term's values is multiplied by; the term's factor is part of it. */
  readonly scale: number;
  /**
   * Of a mean over the positions that count: their number, or the sum of their weights; 0 where none counts. `undefined`: the term is
   * of a whole image or batch.
   */
  readonly counted: number | undefined;
  /** What the batch weighs in the mean over several that make one update; "sum": their values are added. */
  readonly weight: number | "sum";
}

/** @param channels of the logits @param images in the batch */
export function lossFeeds(
  term: TermTargets & { readonly factor: number },
  channels: number,
  images = 1,
): LossFeeds {
  const { counted, divisor, weight = counted ?? (divisor === 0 ? 0 : images) } = shareOf(term, channels);
  const scale = divisor === 0 ? 0 : term.factor / divisor;
  if (term.kind === "classes") {
    const { classes, weights } = term.targets;
    const classWeights = areaWeights(term.term);
    const kept = keptOf(term);
    return { target: classes, valid: weights, classWeights, kept, scale, counted, weight };
  }
  if (term.kind === "prediction") {
    const nothing = { target: new Float32Array(), valid: new Float32Array() };
    return { ...nothing, classWeights: undefined, kept: undefined, scale, counted, weight };
  }
  const { values, shape } = term.targets;
  const valid = term.kind === "soft" ? term.targets.weights : term.targets.valid;
  const none = { classWeights: undefined, kept: undefined };
  return { target: channelsFirst(values, shape), valid, ...none, scale, counted, weight };
}

function areaWeights(loss: ClassLoss): Float32Array | undefined {
  if (!weighsAreas(loss.kind) || !("weights" in loss)) return undefined;
  return loss.weights && Float32Array.from(loss.weights);
}

/** Of the labelled positions: a share of them, rounded up, or a number. */
function keptOf({ term, targets }: Extract<TermTargets, { kind: "classes" }>): number | undefined {
  if (term.kind !== "ohem_cross_entropy") return undefined;
  const all = targets.known.reduce((count, mark) => count + mark, 0);
  return Math.min(all, term.count ?? Math.ceil(all * (term.share ?? usualShare)));
}

interface Share {
  readonly counted: number | undefined;
  /** The sum is divided by it; 0: nothing counts. */
  readonly divisor: number;
  /** See `LossFeeds`. Left out: the positions that count; of a term of a whole image or batch, the images. */
  readonly weight?: LossFeeds["weight"];
}

function shareOf(term: TermTargets, channels: number): Share {
  if (term.kind === "classes") return classShares[term.term.kind](term, channels);
  if (term.kind === "prediction") {
    const [batch, of, height, width] = term.shape;
    const positions = batch * height * width;
    return { counted: positions, divisor: positions * of };
  }
  if (term.kind === "soft") return { counted: term.targets.allKnown, divisor: term.targets.allKnown };
  return valueShares[term.term.kind](term);
}

const classShares: {
  readonly [K in ClassLoss["kind"]]: (
    term: Extract<TermTargets, { kind: "classes" }>,
    channels: number,
  ) => Share;
} = {
  cross_entropy: meanOrSum,
  balanced_cross_entropy: meanOrSum,
  focal: meanOrSum,
  border_cross_entropy: meanOrSum,
  ohem_cross_entropy: (term) => ({ counted: keptOf(term), divisor: keptOf(term) ?? 0 }),
  dice: overClasses,
  jaccard: overClasses,
  tversky: overClasses,
  lovasz_softmax: overClasses,
  generalised_dice: ({ targets: { totalWeight } }) => ({
    counted: undefined,
    divisor: totalWeight === 0 ? 0 : 1,
  }),
};

/** The weights of the classes that occur. One channel is class 1, which is compared even where it does not occur. */
function overClasses(term: Extract<TermTargets, { kind: "classes" }>, channels: number): Share {
  if (channels === 1) return { counted: undefined, divisor: 1 };
  const weights = areaWeights(term.term);
  const divisor = [...classesThere(term)].reduce((sum, one) => sum + (weights?.[one] ?? 1), 0);
  return { counted: undefined, divisor };
}

function meanOrSum({ term, targets }: Extract<TermTargets, { kind: "classes" }>): Share {
  if ("reduction" in term && term.reduction === "sum")
    return { counted: undefined, divisor: 1, weight: "sum" };
  return { counted: targets.totalWeight, divisor: targets.totalWeight };
}

/** Classes that occur among the positions that count. */
function classesThere({
  targets: { classes, weights },
}: Extract<TermTargets, { kind: "classes" }>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [i, label] of classes.entries()) if (weights[i] !== 0) found.add(label);
  return found;
}

type ValueTerm = Extract<TermTargets, { kind: "map" }>;

const valueShares: { readonly [K in MapLoss["kind"]]: (term: ValueTerm) => Share } = {
  l1: overPositionsAndChannels,
  l2: overPositionsAndChannels,
  huber: overPositionsAndChannels,
  berhu: overPositionsAndChannels,
  gaussian_focal: ({ targets: { values } }) => {
    const centres = values.reduce((count, value) => count + (value > atCentre ? 1 : 0), 0);
    const counted = Math.max(1, centres);
    return { counted, divisor: counted };
  },
  cosine: ({ targets: { allKnown } }) => ({ counted: allKnown, divisor: allKnown }),
  scale_invariant: ({ targets: { known } }) => {
    const images = known.filter((count) => count > 0).length;
    return { counted: undefined, divisor: images, weight: images };
  },
};

function overPositionsAndChannels({ targets: { allKnown, shape } }: ValueTerm): Share {
  return { counted: allKnown, divisor: allKnown * shape[3] };
}
