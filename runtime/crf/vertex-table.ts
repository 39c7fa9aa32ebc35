/** Numbers the vertices of a lattice as they are met: a hash table with open addressing and linear probing (Knuth, volume 3, section 6.4). */

/** Vertices are numbered from 1: 0 is none. */
export class VertexTable {
  readonly dimensions: number;
  #size = 0;
  /** [vertex, dimension]. */
  #coordinates: Int32Array<ArrayBuffer>;
  /** Vertices by hash; 0 where free. At most half are taken. */
  #slots: Int32Array<ArrayBuffer>;

  constructor(dimensions: number, expected = 1024) {
    this.dimensions = dimensions;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected)));
    this.#coordinates = new Int32Array((capacity + 1) * dimensions);
    this.#slots = new Int32Array(2 * capacity);
  }

  /** Vertices so far. */
  get size(): number {
    return this.#size;
  }

  /** Coordinate `axis` of a vertex. */
  coordinate(vertex: number, axis: number): number {
    return this.#coordinates[vertex * this.dimensions + axis] ?? 0;
  }

  /** The vertex with these coordinates; 0 when it is not in the table. */
  find(key: Int32Array): number {
    return this.#slots[this.#slotOf(key)] ?? 0;
  }

  /** The vertex with these coordinates, added when it is new. */
  add(key: Int32Array): number {
    const slot = this.#slotOf(key);
    const known = this.#slots[slot] ?? 0;
    if (known !== 0) return known;
    const vertex = ++this.#size;
    this.#slots[slot] = vertex;
    for (let axis = 0; axis < this.dimensions; axis++) {
      this.#coordinates[vertex * this.dimensions + axis] = key[axis] ?? 0;
    }
    if (2 * vertex >= this.#slots.length) this.#grow();
    return vertex;
  }

  /** The slot of the key, or the free slot where it would be inserted. */
  #slotOf(key: Int32Array): number {
    const slots = this.#slots;
    const coordinates = this.#coordinates;
    const { dimensions } = this;
    const mask = slots.length - 1;
    let hash = 0;
    for (let axis = 0; axis < dimensions; axis++) hash = Math.imul(hash + (key[axis] ?? 0), 0x9e3779b1);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const vertex = slots[slot] ?? 0;
      if (vertex === 0) return slot;
      const start = vertex * dimensions;
      let axis = 0;
      while (axis < dimensions && coordinates[start + axis] === key[axis]) axis++;
      if (axis === dimensions) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#coordinates;
    const capacity = this.#slots.length;
    this.#coordinates = new Int32Array((capacity + 1) * this.dimensions);
    this.#coordinates.set(old);
    this.#slots = new Int32Array(2 * capacity);
    const key = new Int32Array(this.dimensions);
    for (let vertex = 1; vertex <= this.#size; vertex++) {
      for (let axis = 0; axis < this.dimensions; axis++) key[axis] = this.coordinate(vertex, axis);
      this.#slots[this.#slotOf(key)] = vertex;
    }
  }
}
