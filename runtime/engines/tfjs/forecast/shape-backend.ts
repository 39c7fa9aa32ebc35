/**
 * A TensorFlow.js backend that computes nothing: its tensors have shapes and sizes, and no values.
 *
 * What an engine would hold in a step is found by running the step on it.
 */
import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import { zeros } from "../../zeros.ts";
import type { Ledger } from "../ledger.ts";

/** Bytes of an element, as the backends store it. */
const bytesOfElement: { readonly [type: string]: number } = { float32: 4, int32: 4, bool: 1 };

/** Bytes, but at most so many. */
export interface Amount {
  readonly bytes: number;
  readonly most?: number;
}

interface Taken {
  readonly allocation: number;
  readonly bytes: number;
}

interface Held extends Taken {
  readonly dtype: DataType;
  readonly size: number;
  references: number;
  readonly attached: Map<string, Taken>;
}

/** The methods TensorFlow.js's engine calls of a backend. */
export class ShapeBackend {
  readonly #ledger: Ledger;
  readonly #held = new Map<object, Held>();
  readonly #kept = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A tensor of its own: what kernels give. */
  make(shape: readonly number[], dtype: DataType): TensorInfo {
    return { dataId: this.write(undefined, shape, dtype), shape: [...shape], dtype };
  }

  /** Takes and gives back at once: what a kernel holds beside its result while it runs. */
  workspace(amounts: readonly Amount[]): void {
    const taken = amounts.map(({ bytes, most }) => this.#ledger.take(bytes, most));
    for (const [i, { bytes, most }] of amounts.entries()) {
      this.#ledger.giveBack(taken[i] ?? 0, bytes, most);
    }
  }

  /** Takes for good, once for each key. */
  keep(key: string, bytes: number): void {
    if (this.#kept.has(key)) return;
    this.#kept.add(key);
    this.#ledger.take(bytes);
  }

  /** Takes until the tensor goes, once for each key. */
  attach(dataId: object, key: string, bytes: number): void {
    const { attached } = this.#of(dataId);
    if (!attached.has(key)) attached.set(key, { allocation: this.#ledger.take(bytes), bytes });
  }

  write(_values: unknown, shape: readonly number[], dtype: DataType): object {
    const dataId = {};
    this.move(dataId, undefined, shape, dtype, 1);
    return dataId;
  }

  move(
    dataId: object,
    _values: unknown,
    shape: readonly number[],
    dtype: DataType,
    references: number,
  ): void {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const element = bytesOfElement[dtype];
    if (element === undefined) throw new Error(`no size is known for an element of type ${dtype}`);
    const bytes = size * element;
    const allocation = this.#ledger.take(bytes);
    this.#held.set(dataId, { allocation, bytes, dtype, size, references, attached: new Map() });
  }

  incRef(dataId: object): void {
    this.#of(dataId).references += 1;
  }

  refCount(dataId: object): number {
    return this.#held.get(dataId)?.references ?? 0;
  }

  /** Whether its memory is free now. */
  disposeData(dataId: object, force = false): boolean {
    const held = this.#held.get(dataId);
    if (held === undefined) return true;
    held.references -= 1;
    if (!force && held.references > 0) return false;
    this.#held.delete(dataId);
    for (const { allocation, bytes } of [held, ...held.attached.values()]) {
      this.#ledger.giveBack(allocation, bytes);
    }
    return true;
  }

  /** Zeros, as many as asked for. */
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array {
    const { dtype, size } = this.#of(dataId);
    if (dtype === "int32") return zeros(Int32Array, [size], "an output");
    return zeros<Float32Array | Uint8Array>(
      dtype === "bool" ? Uint8Array : Float32Array,
      [size],
      "an output",
    );
  }

  read(dataId: object): Promise<Float32Array | Int32Array | Uint8Array> {
    return Promise.resolve(this.readSync(dataId));
  }

  numDataIds(): number {
    return this.#held.size;
  }

  memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  floatPrecision(): 32 {
    return 32;
  }

  epsilon(): number {
    return 1e-7;
  }

  dispose(): void {
    this.#held.clear();
  }

  #of(dataId: object): Held {
    const held = this.#held.get(dataId);
    if (held === undefined) throw new Error("the tensor is disposed of");
    return held;
  }
}
