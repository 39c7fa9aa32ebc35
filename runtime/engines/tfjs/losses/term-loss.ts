/** Every loss on the tape: a scalar whose gradient is the loss's own formula. */

import type { ClassTargets } from "../../class-targets.ts";
import type { ResolvedLoss } from "../../engine.ts";
import type { MapTargets } from "../../map-targets.ts";
import type { SoftTargets } from "../../soft-targets.ts";
import type { ClassLoss, MapLoss, SoftLoss, TermTargets } from "../../trained-outputs.ts";
import { withGradient } from "../gradients/with-gradient.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { cosine } from "./cosine.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { berhu, huber, l1, l2 } from "./distances.ts";
import { focal } from "./focal.ts";
import type { LossValue } from "./loss-value.ts";
import { dice, tversky } from "./overlap.ts";
import { scaleInvariant } from "./scale-invariant.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

/** How TensorFlow.js computes each loss: `map` is the output's logits for classes and distributions, else its values. */
type Rows<L extends ResolvedLoss, T> = {
  readonly [K in L["kind"]]: (
    tf: TensorFlow,
    map: Tensor4D,
    targets: T,
    term: Extract<L, { kind: K }>,
  ) => LossValue;
};

const ofClasses: Rows<ClassLoss, ClassTargets> = {
  cross_entropy: (tf, map, targets, { reduction }) => crossEntropy(tf, map, targets, reduction),
  // its weights are in the targets
  balanced_cross_entropy: (tf, map, targets, { reduction }) => crossEntropy(tf, map, targets, reduction),
  focal: (tf, map, targets, { gamma }) => focal(tf, map, targets, gamma),
  dice,
  tversky,
};

const ofDistributions: Rows<SoftLoss, SoftTargets> = { soft_cross_entropy: softCrossEntropy };

const ofValues: Rows<MapLoss, MapTargets> = {
  l1,
  l2,
  huber: (tf, map, targets, { threshold }) => huber(tf, map, targets, threshold),
  berhu,
  scale_invariant: (tf, map, targets, { balance }) => scaleInvariant(tf, map, targets, balance),
  cosine,
};

/** @param map the output's logits for losses of classes and distributions, else its feature map after the activation. */
export function termLoss(tf: TensorFlow, map: Tensor4D, term: TermTargets): LossValue {
  switch (term.kind) {
    case "classes":
      return rowOf(ofClasses, term.term)(tf, map, term.targets, term.term);
    case "soft":
      return rowOf(ofDistributions, term.term)(tf, map, term.targets, term.term);
    case "map":
      return rowOf(ofValues, term.term)(tf, map, term.targets, term.term);
  }
}

function rowOf<L extends ResolvedLoss, T>(rows: Rows<L, T>, { kind }: L) {
  // The row of the term's own kind; TypeScript does not tie the two together.
  return rows[kind as L["kind"]] as (tf: TensorFlow, map: Tensor4D, targets: T, term: L) => LossValue;
}

/**
 * The loss times the factor. Its float32 value is for the tape only: `keep` gets what is added up in float64 to be reported, which
 * ends with the operation unless `keep` keeps it.
 */
export function lossOnTape(
  tf: TensorFlow,
  map: Tensor4D,
  term: TermTargets & { readonly factor: number },
  keep: (loss: LossValue) => void,
): Tensor {
  return withGradient(
    tf,
    [map],
    (given) => {
      const loss = termLoss(tf, given, term);
      keep(loss);
      return {
        value: loss.losses.sum().mul<Tensor>(loss.scale * term.factor),
        saved: [loss.gradient().mul<Tensor>(term.factor)],
      };
    },
    (upstream, [gradient]) => [tf.mul(gradient, upstream)],
  );
}
