/** Every loss on the tape: a scalar whose gradient is the loss's own formula. */

import type { TermTargets } from "../../trained-outputs.ts";
import { withGradient } from "../gradients/with-gradient.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { cosine } from "./cosine.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dice } from "./dice.ts";
import { berhu, huber, l1, l2 } from "./distances.ts";
import type { LossValue } from "./loss-value.ts";
import { scaleInvariant } from "./scale-invariant.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

/** @param map the output's logits for losses of classes and distributions, else its feature map after the activation. */
export function termLoss(tf: TensorFlow, map: Tensor4D, term: TermTargets): LossValue {
  if (term.kind === "classes") {
    return term.term.kind === "dice"
      ? dice(tf, map, term.targets)
      : crossEntropy(tf, map, term.targets, term.term.reduction);
  }
  if (term.kind === "soft") return softCrossEntropy(tf, map, term.targets);
  const { targets } = term;
  switch (term.term.kind) {
    case "l1":
      return l1(tf, map, targets);
    case "l2":
      return l2(tf, map, targets);
    case "huber":
      return huber(tf, map, targets, term.term.threshold);
    case "berhu":
      return berhu(tf, map, targets);
    case "scale_invariant":
      return scaleInvariant(tf, map, targets, term.term.balance);
    case "cosine":
      return cosine(tf, map, targets);
  }
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
