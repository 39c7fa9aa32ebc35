/** TensorFlow.js's types. */
import type * as tensorflow from "@tensorflow/tfjs";

export type TensorFlow = typeof tensorflow;
export type Tensor = tensorflow.Tensor;
export type Tensor1D = tensorflow.Tensor1D;
export type Tensor4D = tensorflow.Tensor4D;
