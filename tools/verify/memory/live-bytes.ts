/** The live bytes of a TensorFlow.js backend, and their peak: every array its tensors and kernels hold, counted where it is kept. */

/** How the cpu and wasm backends file what they hold: both by data identity, under different names. */
interface Filed {
  readonly values?: { readonly byteLength: number };
  readonly shape?: readonly number[];
  readonly dtype: string;
}

interface Store {
  set: (id: object, filed: Filed) => void;
  delete: (id: object) => boolean;
}

export class LiveBytes {
  readonly #bytes = new Map<object, number>();
  #live = 0;
  #peak = 0;

  /** Counts from here on what this backend takes; its type does not show where it files it. */
  constructor(backend: object) {
    const { data, dataIdMap } = backend as { readonly data?: Store; readonly dataIdMap?: Store }; // see above
    const store = data ?? dataIdMap;
    if (store === undefined) throw new Error("the backend files what it holds in a place that is not known");
    const set = store.set.bind(store);
    store.set = (id, filed) => {
      set(id, filed);
      this.#take(id, bytesOf(filed));
    };
    const remove = store.delete.bind(store);
    store.delete = (id) => {
      this.#giveBack(id);
      return remove(id);
    };
  }

  get live(): number {
    return this.#live;
  }

  get peak(): number {
    return this.#peak;
  }

  restart(): void {
    this.#peak = this.#live;
  }

  #take(id: object, bytes: number): void {
    this.#bytes.set(id, bytes);
    this.#live += bytes;
    this.#peak = Math.max(this.#peak, this.#live);
  }

  #giveBack(id: object): void {
    this.#live -= this.#bytes.get(id) ?? 0;
    this.#bytes.delete(id);
  }
}

function bytesOf({ values, shape, dtype }: Filed): number {
  if (values !== undefined) return values.byteLength;
  const count = (shape ?? []).reduce((product, extent) => product * extent, 1);
  return count * (dtype === "bool" ? 1 : 4);
}
