/** Every loss. A new one is a file beside this and a line here; what engines lack then does not compile. */
import { type ConfigurationOf, defaultOf, definitionOf } from "../definition/definition.ts";
import type { LearnedOutput, Misfit, TargetForm } from "../definition/learned-output.ts";
import { balancedCrossEntropy } from "./balanced-cross-entropy.ts";
import { berhu } from "./berhu.ts";
import { borderCrossEntropy } from "./border-cross-entropy.ts";
import { cosine } from "./cosine.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dice } from "./dice.ts";
import { focal } from "./focal.ts";
import { gaussianFocal } from "./gaussian-focal.ts";
import { generalisedDice } from "./generalised-dice.ts";
import { huber } from "./huber.ts";
import { jaccard } from "./jaccard.ts";
import { l1 } from "./l1.ts";
import { l2 } from "./l2.ts";
import type { Loss } from "./loss.ts";
import { lovaszSoftmax } from "./lovasz-softmax.ts";
import { ohemCrossEntropy } from "./ohem-cross-entropy.ts";
import { scaleInvariant } from "./scale-invariant.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";
import { totalVariation } from "./total-variation.ts";
import { tversky } from "./tversky.ts";

export const losses = [
  crossEntropy,
  softCrossEntropy,
  balancedCrossEntropy,
  borderCrossEntropy,
  ohemCrossEntropy,
  focal,
  gaussianFocal,
  dice,
  generalisedDice,
  jaccard,
  tversky,
  lovaszSoftmax,
  l1,
  l2,
  huber,
  berhu,
  scaleInvariant,
  cosine,
  totalVariation,
] as const satisfies readonly Loss[];

/** One term of the loss of an output. */
export type LossTerm = ConfigurationOf<(typeof losses)[number]>;
export type LossName = LossTerm["kind"];
export type LossOf<N extends LossName> = Extract<LossTerm, { kind: N }>;

/** The losses of targets of a form. */
export type LossNameOf<F extends TargetForm> = {
  [D in (typeof losses)[number] as D["name"]]: F extends D["compares"][number] ? D["name"] : never;
}[LossName];

/** The losses that judge a prediction without a target. */
export type PriorName = {
  [D in (typeof losses)[number] as D["name"]]: [D["compares"][number]] extends [never] ? D["name"] : never;
}[LossName];

export function isPrior(name: LossName): name is PriorName {
  return comparedBy(name).length === 0;
}

export interface WeightedLoss {
  readonly factor: number;
  readonly term: LossTerm;
}

/** The forms of targets that a loss compares. */
export function comparedBy(name: LossName): readonly TargetForm[] {
  return definitionOf<Loss>(losses, name).compares;
}

/** A loss by name, with its default settings, as the only term. */
export function usualLoss(name: LossName): readonly WeightedLoss[] {
  const term = defaultOf(definitionOf<Loss>(losses, name));
  return [{ factor: 1, term: term as LossTerm }]; // what a loss of the registry configures
}

/** Why a loss does not fit an output; `undefined`: it does. @param kind the output's kind of target, for the message */
export function lossMisfit(term: LossTerm, output: LearnedOutput, kind: string): Misfit | undefined {
  const found: Loss | undefined = losses.find((loss) => loss.name === term.kind);
  if (isPrior(term.kind) || found?.compares.includes(output.form)) return found?.misfit?.(output, term);
  const fitting = losses.filter(({ compares }: Loss) => compares.includes(output.form));
  return {
    reason: `the output learns ${kind}`,
    help: `use a loss for ${kind}: ${fitting.map((loss) => loss.name).join(", ")}`,
  };
}
