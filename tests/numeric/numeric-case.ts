/** A case of an operation with its float64 reference, and what an engine computes of it. */
import type { Attributes, OperationName, PoolAttributes } from "../../compiler/ops/attributes.ts";
import type { ColourImage } from "../../runtime/crf/image-kernels.ts";
import type { Maps } from "./reference/map.ts";
import type { Weight, Weights } from "./reference/weights.ts";

export interface NumericCase<O extends OperationName> {
  readonly operation: O;
  readonly attributes: Attributes[O];
  readonly inputs: readonly Maps[];
  readonly weights?: Weights;
  readonly reference: (inputs: readonly Maps[], weights: Weights) => Maps;
  /** Default: false. */
  readonly training?: boolean;
  /** Inputs that get a gradient, from the first. Default: all. */
  readonly differentiableInputs?: number;
  /** Weights that get one. Default: none. */
  readonly differentiableWeights?: readonly string[];
  /** For an unpool: the pool whose maxima it goes back to. */
  readonly pool?: { readonly attributes: PoolAttributes; readonly input: Maps };
  /** For a crf: the images of its guide. */
  readonly guide?: readonly ColourImage[];
  readonly seed?: number;
  /** For what float32 itself makes coarse; with the reason where it is used. */
  readonly tolerance?: number;
}

export interface Computed {
  readonly output: Maps;
  readonly inputGradients: readonly Maps[];
  readonly weightGradients: Readonly<Record<string, Weight>>;
  /** New running statistics. */
  readonly statistics: Readonly<Record<string, readonly number[]>>;
  /** Tensors, and buffers of the backend, that live after the pass and did not before. */
  readonly leaked: number;
}
