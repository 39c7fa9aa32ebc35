/**
 * The bytes in use on the heap of tfjs-backend-wasm, those its C++ code takes by itself among them.
 *
 * Its allocator (Emscripten's emmalloc) lays regions side by side: a region begins and ends with its size, and the lowest bit of
 * the latter is set while it is free. The heap is walked from a region taken when nothing else is on it.
 */

/** Words of zero: there is one where memory was added to the heap; more are memory that was never used. */
const mostZeros = 16;

interface WasmModule {
  readonly HEAPU8: Uint8Array;
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
}

export class WasmHeapUse {
  readonly #wasm: WasmModule;
  readonly #first: number;
  #peak = 0;
  /** Whether something was taken since the heap was looked at last: only then it may be fuller than it was then. */
  #taken = false;

  /**
   * To be made before the backend runs anything. Looks at the heap when something is given back: until then it only fills. A
   * kernel takes memory of its own only after the tensor of its result.
   */
  constructor(backend: object) {
    const { wasm } = backend as { readonly wasm: WasmModule }; // the backend's module, which its types do not show
    this.#wasm = wasm;
    const allocate = wasm._malloc;
    this.#first = (allocate(16) >>> 0) - 4; // a region's size is stored before its first byte
    wasm._malloc = (bytes) => {
      this.#taken = true;
      return allocate(bytes);
    };
    const free = wasm._free;
    wasm._free = (address) => {
      this.#look();
      free(address);
    };
  }

  get peak(): number {
    this.#look();
    return this.#peak;
  }

  restart(): void {
    this.#peak = this.inUse();
    this.#taken = false;
  }

  #look(): void {
    if (!this.#taken) return;
    this.#peak = Math.max(this.#peak, this.inUse());
    this.#taken = false;
  }

  inUse(): number {
    const words = new Uint32Array(this.#wasm.HEAPU8.buffer);
    let used = 0;
    let zeros = 0;
    let at = this.#first / 4;
    while (at < words.length && zeros < mostZeros) {
      const size = words[at] ?? 0;
      if (size === 0) {
        zeros += 1;
        at += 1;
        continue;
      }
      zeros = 0;
      const end = at + size / 4;
      if (end > words.length) break; // the mark at the heap's end
      if (((words[end - 1] ?? 0) & 1) === 0) used += size;
      at = end;
    }
    return used;
  }
}
