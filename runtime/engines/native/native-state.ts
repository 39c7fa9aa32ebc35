/** The state of an executor: weights, statistics and moments by name, some of them in an order of their own. */
import { weightOfMoment } from "../../../compiler/tensors/programs/state-names.ts";
import { UserError } from "../../user-error.ts";
import { fromStored, toStored, type WeightOrder } from "./weight-order.ts";

export interface StoredOrder {
  readonly order: WeightOrder;
  /** [outputs, inputs, kernel] */
  readonly shape: readonly number[];
}

export class NativeState {
  readonly #values = new Map<string, Float32Array>();
  /** Of weights, by name. */
  readonly #orders = new Map<string, StoredOrder>();
  /** Arrays that are in the order of the weight that they will be. */
  readonly #inOrder = new WeakSet<Float32Array>();
  #lost = false;

  /** Grows with every change. */
  version = 0;
  /** Grows with every weight that gets another order. */
  orderVersion = 0;

  get size(): number {
    return this.#values.size;
  }

  /** Of the weight of that name. */
  orderOf(weight: string): StoredOrder | undefined {
    return this.#orders.get(weight);
  }

  /** An update that wrote over the state has failed: some of it is new. */
  lose(): void {
    this.#lost = true;
  }

  /** In the order it is stored in. @throws UserError where an update failed in its midst. */
  stored(name: string): Float32Array {
    if (this.#lost) {
      const help = "open the network again, and continue from its last checkpoint";
      throw new UserError("an update failed after it had changed some of the weights", help);
    }
    const data = this.#values.get(name);
    if (data === undefined) throw new Error(`there is no state "${name}"`);
    return data;
  }

  replaceStored(name: string, data: Float32Array): void {
    this.version += 1;
    this.#values.set(name, data);
  }

  /** In the graph's order; a copy. */
  read(name: string): Float32Array {
    const data = this.stored(name);
    const stored = this.#orderFor(name);
    return stored === undefined ? data.slice() : fromStored(data, stored.shape, stored.order);
  }

  noteStored(data: Float32Array): void {
    this.#inOrder.add(data);
  }

  /** The array becomes the state's. */
  write(name: string, data: Float32Array): void {
    const stored = this.#orderFor(name);
    this.version += 1;
    const isThere = this.#inOrder.delete(data);
    if (stored !== undefined && !isThere && !isZero(data)) toStored(data, stored.shape, stored.order);
    this.#values.set(name, data);
  }

  /** Stores weights and their moments in these orders from now on, in the same arrays; of each weight it may be said once. */
  reorder(orders: ReadonlyMap<string, StoredOrder>): void {
    const changed = [...orders].filter(([weight]) => !this.#orders.has(weight));
    if (changed.length === 0) return;
    const ordered = new Map(changed);
    const moved = [...this.#values].flatMap(([name, data]) => {
      const stored = ordered.get(name) ?? ordered.get(weightOfMoment(name));
      return stored === undefined ? [] : [{ data, stored }];
    });
    const scratch = new Float32Array(Math.max(0, ...moved.map(({ data }) => data.length)));
    for (const { data, stored } of moved)
      if (!isZero(data)) toStored(data, stored.shape, stored.order, scratch);
    for (const [weight, stored] of changed) this.#orders.set(weight, stored);
    this.version += 1;
    this.orderVersion += 1;
  }

  clear(): void {
    this.#values.clear();
  }

  /** A moment has the order of its weight. */
  #orderFor(name: string): StoredOrder | undefined {
    return this.#orders.get(name) ?? this.#orders.get(weightOfMoment(name));
  }
}

const zeros = Buffer.alloc(2 ** 16);

/** As the moments of an optimizer begin: in whatever order. */
function isZero({ buffer, byteOffset, byteLength }: Float32Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (let at = 0; at < byteLength; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (!part.equals(zeros.subarray(0, part.length))) return false;
  }
  return true;
}
