/** What losses ask of an output and its target, whatever the kinds of target are. */

/**
 * What a target gives at each position, which decides the losses that fit. "class": one for the whole image; "lengths": positive values such as depth in metres;
 * "logarithms": of lengths; "directions": unit vectors; "heat": 0 to 1 in each channel, 1 at a centre; "values": any other numbers.
 */
export type TargetForm =
  | "classes"
  | "class"
  | "distributions"
  | "heat"
  | "values"
  | "lengths"
  | "logarithms"
  | "directions";

/** Channels and activation of an output of the network. */
export interface OutputFacts {
  readonly name: string;
  readonly channels: number;
  readonly activation: "softmax" | "sigmoid" | undefined;
  /** It has one position: of the whole image whatever its size, or of an input of one size. Left out: it has more. */
  readonly onePosition?: "image" | "patch" | undefined;
}

export interface LearnedOutput extends OutputFacts {
  readonly form: TargetForm;
}

/** Why outputs cannot learn a target. */
export interface TargetMisfit {
  /** What follows "it", or "each" of several outputs: "has 3 channels". */
  readonly reason: string;
  readonly help: string;
}

/** The reason and the help for "… does not fit the output …". */
export interface Misfit {
  readonly reason: string;
  readonly help: string;
}
