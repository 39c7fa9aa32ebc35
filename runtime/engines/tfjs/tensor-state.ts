/** The state of an executor's programs by name: arrays as they were written, tensors once a program has read them. */
import { reordered, rowMajor } from "./axis-order.ts";
import type { Found } from "./compile/compiled.ts";
import type { Tensor, TensorFlow } from "./types.ts";

interface Part {
  /** In row order. */
  readonly data: Float32Array | undefined;
  readonly tensor: Tensor | undefined;
  readonly found: Found | undefined;
}

export class TensorState {
  readonly #tf: TensorFlow;
  readonly #parts = new Map<string, Part>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  get size(): number {
    return this.#parts.size;
  }

  /** Parts that are tensors. */
  get tensors(): number {
    return [...this.#parts.values()].filter(({ tensor }) => tensor !== undefined).length;
  }

  write(name: string, data: Float32Array): void {
    this.#parts.get(name)?.tensor?.dispose();
    this.#parts.set(name, { data: data.slice(), tensor: undefined, found: undefined });
  }

  /** Stays the state's. */
  tensor(name: string, found: Found): Tensor {
    const { data, tensor } = this.#part(name);
    if (tensor !== undefined) return tensor;
    if (data === undefined) throw new Error(`state "${name}" has no values`);
    const logical = logicalShape(found);
    const turned = reordered(data, logical, rowMajor(logical), found.order);
    const made = this.#tf.tensor(turned, [...found.shape], "float32");
    this.#parts.set(name, { data: undefined, tensor: made, found });
    return made;
  }

  /** The tensor becomes the state's. */
  replace(name: string, tensor: Tensor, found: Found): void {
    this.#parts.get(name)?.tensor?.dispose();
    this.#parts.set(name, { data: undefined, tensor, found });
  }

  /** A copy in row order. @throws Error for a name that was never written. */
  async read(name: string): Promise<Float32Array> {
    const { data, tensor, found } = this.#part(name);
    if (data !== undefined) return data.slice();
    if (tensor === undefined || found === undefined) throw new Error(`state "${name}" has no values`);
    const stored = await tensor.data<"float32">();
    const turned = inRowOrder(stored, found);
    return turned === stored ? stored.slice() : turned;
  }

  dispose(): void {
    for (const { tensor } of this.#parts.values()) tensor?.dispose();
    this.#parts.clear();
  }

  #part(name: string): Part {
    const part = this.#parts.get(name);
    if (part === undefined) throw new Error(`there is no state "${name}"`);
    return part;
  }
}

/** The same array where it is in row order. */
export function inRowOrder<T extends Float32Array | Int32Array>(data: T, found: Found): T {
  const shape = logicalShape(found);
  return reordered(data, shape, found.order, rowMajor(shape));
}

function logicalShape({ shape, order }: Found): readonly number[] {
  return order.map((_, axis) => shape[order.indexOf(axis)] ?? 1);
}
