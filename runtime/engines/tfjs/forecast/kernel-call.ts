/** A call of a kernel, as rules about shapes see it. */
import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../lowering.ts";

/** What a kernel gives; `shares`: the input whose memory it is. */
export interface Given {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly shares?: TensorInfo;
}

export class KernelCall {
  readonly tf: TensorFlow;
  readonly kernel: string;
  readonly #inputs: Readonly<Record<string, TensorInfo | undefined>>;
  readonly #attributes: Readonly<Record<string, unknown>>;

  constructor(tf: TensorFlow, kernel: string, inputs: object, attributes: object | undefined) {
    this.tf = tf;
    this.kernel = kernel;
    this.#inputs = inputs as Record<string, TensorInfo>; // TensorFlow.js's NamedTensorInfoMap
    this.#attributes = (attributes ?? {}) as Record<string, unknown>; // its NamedAttrMap
  }

  input(name: string): TensorInfo {
    const found = this.#inputs[name];
    if (found === undefined) throw new Error(`kernel ${this.kernel} is called without its input ${name}`);
    return found;
  }

  /** In the order given. */
  get inputs(): readonly TensorInfo[] {
    return Object.values(this.#inputs).filter((input) => input !== undefined);
  }

  /** @param T the attribute's type, by the kernel's definition in TensorFlow.js. */
  attribute<T>(name: string): T {
    const found = this.#attributes[name];
    if (found === undefined) throw new Error(`kernel ${this.kernel} is called without ${name}`);
    return found as T; // see above
  }

  /** All of them, as the kernel names them. */
  all<T>(): T {
    return this.#attributes as T; // as above
  }

  attributeOr<T>(name: string, otherwise: T): T {
    return (this.#attributes[name] ?? otherwise) as T; // as above
  }
}

/** How many elements a shape holds. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
