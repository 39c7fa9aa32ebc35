/** Every activation that is a function of one value. A new one is a file beside this and a line here. */
import { abs } from "./abs.ts";
import type { Activation } from "./activation.ts";
import { affine } from "./affine.ts";
import { elu } from "./elu.ts";
import { gelu } from "./gelu.ts";
import { hardSigmoid } from "./hard-sigmoid.ts";
import { hardSwish } from "./hard-swish.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { sigmoid } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";
import { swish } from "./swish.ts";
import { tanh } from "./tanh.ts";

export const activations = {
  relu,
  relu6,
  leaky_relu: leakyRelu,
  elu,
  swish,
  gelu,
  hard_swish: hardSwish,
  softplus,
  sigmoid,
  hard_sigmoid: hardSigmoid,
  tanh,
  abs,
  affine,
} as const;

export type ActivationName = keyof typeof activations;

/** The parameters of an activation, as numbers. */
type ParametersOf<D> = D extends Activation<infer P> ? { readonly [N in P]: number } : never;

export type ActivationAttributes = {
  readonly [N in ActivationName]: ParametersOf<(typeof activations)[N]>;
};
