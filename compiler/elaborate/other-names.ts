/** Names that other libraries give to what the language has, for the help of a message. */
import { nearestName } from "../names/nearest.ts";

/** By their arguments in PyTorch, Keras or Caffe. */
const parameterNames: Readonly<Record<string, string>> = {
  out_channels: "channels",
  filters: "channels",
  features: "channels",
  num_output: "channels",
  units: "channels",
  use_bias: "bias",
  bias_term: "bias",
  rates: "dilate",
  atrous_rate: "dilate",
  pad: "padding",
  kernel_initializer: "init",
  weight_filler: "init",
  scale_factor: "factor",
  eps: "epsilon",
  p: "rate",
  num_groups: "groups",
  interpolation: "mode",
};

interface Names {
  readonly nearest: string | undefined;
  readonly instead?: string;
}

/** What an argument is called here. */
export function otherNames(name: string, known: readonly string[]): Names {
  if (name === "activation")
    return { nearest: undefined, instead: "an activation is an operation of its own: conv(64, 3x3) relu" };
  if (name === "keep_prob" && known.includes("rate"))
    return {
      nearest: undefined,
      instead: "rate is the share that is dropped, one less the share that is kept",
    };
  const here = Object.hasOwn(parameterNames, name) ? parameterNames[name] : undefined;
  if (here !== undefined && known.includes(here)) return { nearest: here };
  return { nearest: nearestName(name, known) };
}

const joinNames: Readonly<Record<string, string>> = {
  add: "add",
  sum: "add",
  eltwise: "add",
  concat: "concat",
  cat: "concat",
  concatenate: "concat",
  multiply: "multiply",
  mul: "multiply",
};

/** How maps are joined, where a join is called like an operation. */
export function joiningInstead(name: string): string | undefined {
  const join = Object.hasOwn(joinNames, name) ? joinNames[name] : undefined;
  return join === undefined ? undefined : `maps are joined by a statement: skip name by ${join}`;
}
