/**
 * A tensor program: what a network computes at a batch and a size, as a list of steps in order.
 *
 * Feature maps are [batch, channels, height, width]. Weights then need no other layout than the one they are stored in (a
 * convolution's [output, input / groups, height, width], a transposed convolution's [input, output / groups, height, width]),
 * which is also what ONNX Runtime computes with; only the images and the maps that a session gives out change their layout.
 */
import type { Span } from "../../grammar/span.ts";
import type { PrimitiveAttributes, PrimitiveName } from "./primitives/attributes.ts";
import type { TensorType } from "./value.ts";

export interface Program {
  readonly name: string;
  /** The type of every value, by its number. */
  readonly values: readonly TensorType[];
  /** What a run is given. */
  readonly feeds: readonly Feed[];
  /** What lasts from one run to the next, by name. */
  readonly state: readonly State[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
  /** What a part of the state is after the run. Until then every step reads the value from before. */
  readonly updates: readonly Update[];
}

export const feedKinds = [
  /** Of the network, by its name: [batch, channels, height, width]. */
  "input",
  /** What an output is compared with, by the output's name: classes (int32), or values. */
  "target",
  /** How much each position counts in a term of a loss, by the term's name; 0: not at all. */
  "valid",
  /** Of a term of a loss that compares areas, by its name: the weight of every class. */
  "class_weights",
  /** Of a term of a loss that compares the hardest positions, by its name: how many count. */
  "kept",
  /** What the host computes from a batch: by a term's name, what the sum of its values is multiplied by. */
  "scale",
  /** Of dropout, by the node's name: 0 or 1 / (1 − rate), drawn from seed and name. */
  "mask",
  /** Tables of a conditional random field, which the host computes from the guide. */
  "table",
  /** Of a weight, by its name: what the update reads. Of a feature map, by its node's number: what a derivative is weighted by. */
  "gradient",
  "learning_rate",
  /** Numbers that depend on how many updates were made. */
  "step",
] as const;

export type FeedKind = (typeof feedKinds)[number];

export interface Feed {
  readonly kind: FeedKind;
  readonly name: string;
  readonly value: number;
}

export const stateKinds = [
  "weight",
  /** Running statistics. */
  "statistic",
  /** Of the optimizer. */
  "moment",
  /** The sum of a weight's gradients over the batches of an update. */
  "gradient",
  /** Of a weight or a running statistic over the updates. */
  "average",
] as const;

export type StateKind = (typeof stateKinds)[number];

export interface State {
  readonly kind: StateKind;
  /** `${node}.${weight}`; what belongs to a weight has a name under its own (programs/state-names.ts). */
  readonly name: string;
  readonly value: number;
}

export const outputKinds = [
  /** An output of the network after its activation. */
  "map",
  /** The class of highest logit at every position. */
  "classes",
  /** The probability of that class. */
  "confidence",
  /** What the host adds up in float64 to the value of one term of a loss. */
  "loss",
  /** By the weight's name. */
  "gradient",
] as const;

export type OutputKind = (typeof outputKinds)[number];

export interface Output {
  readonly kind: OutputKind;
  readonly name: string;
  readonly value: number;
}

export interface Update {
  /** The name of the state. */
  readonly state: string;
  readonly value: number;
}

/** A step, discriminated by `primitive`. */
export type Step = { readonly [P in PrimitiveName]: StepOf<P> }[PrimitiveName];

export interface StepOf<P extends PrimitiveName> {
  readonly primitive: P;
  readonly attributes: PrimitiveAttributes[P];
  /** Numbers of values, each computed before. */
  readonly operands: readonly number[];
  /** Numbers of the values it computes: the next ones in the list. */
  readonly results: readonly number[];
  readonly origin: StepOrigin;
}

export const parts = ["forward", "loss", "backward", "recomputation", "update"] as const;

/** Where a step comes from: which part of the training step, and which node of the graph. */
export interface StepOrigin {
  readonly part: (typeof parts)[number];
  /** The node's number and name; `undefined`: of no single node. */
  readonly node: number | undefined;
  readonly name: string | undefined;
  /** Where the program of the network writes it; `undefined` for a program read from its printed form. */
  readonly span: Span | undefined;
}
