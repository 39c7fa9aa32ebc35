/** Losses of a `train` section; their formulas are in the engines (runtime/engines/tfjs/losses). */

export interface CrossEntropyLoss {
  readonly kind: "cross_entropy";
  /** One weight per class; "median_frequency": Eigen & Fergus 2015, section 6.3.2, measured on the training data. */
  readonly weights: readonly number[] | "median_frequency" | undefined;
  /** "mean": over the pixels that count (divided by the sum of their weights, with class weights); "sum". */
  readonly reduction: "mean" | "sum";
}

export type LossTerm =
  | CrossEntropyLoss
  /**
   * Zhang, Isola & Efros 2016, equations 2 to 4, of distributions over colour bins. `rebalance` is the λ of the weights of rare
   * colours, measured on the training data; `undefined`: all colours have the same weight.
   */
  | { readonly kind: "soft_cross_entropy"; readonly rebalance: number | undefined }
  /** Xie & Tu 2015 (HED), equation 2; "mean": divided by the pixels that count; "sum": as published. */
  | { readonly kind: "balanced_cross_entropy"; readonly reduction: "mean" | "sum" }
  /** Milletari et al. 2016, equation 1, with plain sums in the denominator. */
  | { readonly kind: "dice" }
  | { readonly kind: "l1" }
  | { readonly kind: "l2" }
  /** Huber 1964. `threshold`: where the parabola becomes a line, in the target's units. */
  | { readonly kind: "huber"; readonly threshold: number }
  /** Laina et al. 2016, equations 1 and 2. */
  | { readonly kind: "berhu" }
  /** Eigen et al. 2014, equation 4; `balance` is its λ. */
  | { readonly kind: "scale_invariant"; readonly balance: number }
  /** 1 − cosine of the angle between two vectors (Eigen & Fergus 2015, equation 2, up to sign and constant). */
  | { readonly kind: "cosine" };

export type LossName = LossTerm["kind"];

export interface WeightedLoss {
  readonly factor: number;
  readonly term: LossTerm;
}
