/**
 * A kind of target: what an output learns, from which files, with which losses and measures.
 *
 * How its files are read, compared and shown is a row of the runtime's table (runtime/targets/), which is total over the registry.
 */
import type { Definition } from "../definition/definition.ts";
import type { FilesRead } from "../definition/files.ts";
import type { OutputFacts, TargetForm, TargetMisfit } from "../definition/learned-output.ts";
import type { LossName } from "../losses/registry.ts";
import type { Measure } from "../metrics/measure.ts";

export interface Target<N extends string = string, S extends object = object, M extends string = string>
  extends Definition<N, S> {
  /** What its files hold, in one sentence. */
  readonly holds: string;
  readonly form: (settings: S) => TargetForm;
  /** Whether its classes are those of `masks`, so that the data gives them names and a number. */
  readonly byMasks: boolean;
  /** Whether labels that it reads must tell the objects of an image apart. */
  readonly ofObjects: boolean;
  /** Whether it is one value for the whole image; other targets have values of every pixel. */
  readonly ofImage: boolean;
  readonly reads: (settings: S) => FilesRead;
  /** Why an output cannot learn it, whatever the loss; `undefined`: it can. */
  readonly misfit: (output: OutputFacts, settings: S) => TargetMisfit | undefined;
  /** The loss of an output for which none is written. */
  readonly usualLoss: (settings: S, output: OutputFacts) => LossName;
  readonly measures: readonly Measure<M>[];
  /** Of one of its classes. */
  readonly classMeasures: readonly Measure[];
  /** The measure that chooses the best epoch where nothing is said; `undefined`: the loss does. */
  readonly usualMeasure: NoInfer<M> | undefined;
}

export function target<N extends string, S extends object, M extends string>(
  definition: Definition<N, S>,
  meaning: Omit<Target<N, S, M>, keyof Definition | "classMeasures" | "ofObjects" | "ofImage"> &
    Partial<Pick<Target<N, S, M>, "classMeasures" | "ofObjects" | "ofImage">>,
): Target<N, S, M> {
  return { ...definition, classMeasures: [], ofObjects: false, ofImage: false, ...meaning };
}

/** For a target of so many channels, whose values no activation bounds. */
export function plainChannels(
  name: string,
  counts: readonly number[],
  { channels, activation }: OutputFacts,
  allowed?: OutputFacts["activation"],
): TargetMisfit | undefined {
  if (!counts.includes(channels)) {
    const [first, second] = counts;
    return {
      reason: `has ${inChannels(channels)}`,
      help: `${name} needs ${counts.join(" or ")} ${first === 1 && second === undefined ? "channel" : "channels"}: change the last convolution before the output`,
    };
  }
  if (activation === undefined || activation === allowed) return undefined;
  return { reason: `has the activation ${activation}`, help: "remove the activation of the output" };
}

/** For a target of one class at each position. */
export function oneClassEach({ channels, activation }: OutputFacts): TargetMisfit | undefined {
  if (channels === 1 && activation !== "sigmoid") {
    return {
      reason: "has one channel without a sigmoid",
      help: "write `by sigmoid`: the channel is then the probability of class 1; or use one channel per class",
    };
  }
  if (channels > 1 && activation === "sigmoid") {
    return {
      reason: `has ${channels} channels by sigmoid, and each pixel has one class`,
      help: "use `by softmax`, or one channel `by sigmoid` for two classes",
    };
  }
  return undefined;
}

/** "1 channel", "3 channels" */
export function inChannels(channels: number): string {
  return `${channels} ${channels === 1 ? "channel" : "channels"}`;
}
