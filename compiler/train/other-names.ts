/** What PyTorch, Keras and Caffe call the arguments of a `train` section, for the help of a message. */

const argumentNames: Readonly<Record<string, string>> = {
  lr: "learning_rate",
  rate: "learning_rate",
  base_lr: "learning_rate",
  eps: "epsilon",
  beta_1: "beta1",
  beta_2: "beta2",
  decay: "weight_decay",
};

/** The argument's name here; `undefined` where the form has no such argument. */
export function otherArgumentName(name: string, known: readonly string[]): string | undefined {
  const here = Object.hasOwn(argumentNames, name) ? argumentNames[name] : undefined;
  return here !== undefined && known.includes(here) ? here : undefined;
}
