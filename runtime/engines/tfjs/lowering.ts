/** What a lowering is: one node of the graph as TensorFlow.js operations, differentiable on the tape. */
import type * as tensorflow from "@tensorflow/tfjs";
import type { NodeOf } from "../../../compiler/network/graph.ts";
import type { OperationName, PoolAttributes } from "../../../compiler/ops/attributes.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import type { ColourImage } from "../../crf/image-kernels.ts";

export type TensorFlow = typeof tensorflow;
export type Tensor = tensorflow.Tensor;
export type Tensor1D = tensorflow.Tensor1D;
export type Tensor2D = tensorflow.Tensor2D;
export type Tensor3D = tensorflow.Tensor3D;
/** A batch of feature maps, [batch, height, width, channels]. */
export type Tensor4D = tensorflow.Tensor4D;

/** Where the maxima of a maxpool were found. */
export interface PoolMaxima {
  readonly attributes: PoolAttributes;
  /** The shape of the pool's input, which is the shape unpooling restores (its channels aside). */
  readonly input: MapShape;
  /** int32 [batch, pooled height, pooled width, channels]: the place within the window, row · kernel width + column. */
  readonly places: Tensor4D;
}

/** What a lowering may know beyond its node and the tensors of its inputs. Made by the session, one per node and pass. */
export interface LoweringContext {
  readonly tf: TensorFlow;
  /** Batch statistics and dropout instead of running statistics and the identity. */
  readonly training: boolean;
  /** The shape of this node's output. */
  readonly output: MapShape;
  /** The shapes of its inputs, in the node's order. */
  readonly inputs: readonly MapShape[];
  /** A weight of this node by the name in its WeightSpecification, in engine layout (layout.ts). */
  readonly weight: (name: string) => Tensor;
  /**
   * Given to a maxpool that some unpool refers to, else undefined. The tensor is owned by the caller's tidy scope and not
   * differentiable; it lives as long as the pass.
   */
  readonly keepMaxima: ((maxima: PoolMaxima) => void) | undefined;
  /** Given to an unpool: what `keepMaxima` received from the pool that is its second input. */
  readonly maxima: PoolMaxima | undefined;
  /** Given to a crf: the images whose colours it compares, one for each of the batch, from its second input. */
  readonly guide: readonly ColourImage[] | undefined;
  /** Keeps a tensor alive as long as the pass, for gradients. */
  readonly keep: (tensor: Tensor) => void;
  /**
   * The new value of a running statistic ("running_mean", "running_variance"; [channels]), momentum already applied.
   * Called in training only. The tensor is disposed after the call: keep a clone, or assign it to a variable.
   */
  readonly updateStatistic: (name: string, value: Tensor1D) => void;
  /** Seed of this pass; dropout adds the node's name to it. A new one each step, the same for a repeated step. */
  readonly seed: number;
}

/**
 * Given the feature maps of a node's inputs, its output feature map; gradients flow to inputs and weights.
 * The lowering of `input` gets the feature map that was fed as inputs[0] and returns it. Those of unpool, crf, resize_to and crop_to
 * get all inputs; those after the first give only places, colours or sizes and receive no gradient.
 */
export type Lowering<O extends OperationName> = (
  node: NodeOf<O>,
  inputs: readonly Tensor4D[],
  context: LoweringContext,
) => Tensor4D;

export type Lowerings = { readonly [O in OperationName]: Lowering<O> };
