import { fillBelow, fillNormal, normalOf, uniformOf, wordsOfUniform } from "./random-numbers.ts";

/** Numbers that are drawn at once. */
const most = 1024;

/**
 * Repeatable random numbers: sfc32 (Doty-Humphrey, PractRand), 128 bits of state, seeded by one whole number and a label,
 * so that streams for different purposes never overlap by accident.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: number, label = "") {
    let hash = 2166136261 ^ (seed | 0); // FNV-1a over the label, started from the seed's low bits
    for (const unit of label) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
    this.#a = hash | 0;
    this.#b = Math.floor(seed / 4294967296) | 0;
    this.#c = seed | 0;
    this.#counter = 1;
    for (let i = 0; i < 12; i++) this.#next32();
  }

  #next32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1), with 53 bits. */
  uniform(): number {
    return uniformOf(this.#next32(), this.#next32());
  }

  /** Uniform in [least, most). */
  between(least: number, most: number): number {
    return least + (most - least) * this.uniform();
  }

  /** A whole number in 0 … count − 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return normalOf(this.uniform(), this.uniform());
  }

  /** For each number `deviation * normal()`, rounded to single precision; in a third of the time. */
  fillNormal(data: Float32Array, deviation: number): void {
    const state = Int32Array.from(this.save());
    for (let from = 0; from < data.length; from += most)
      fillNormal(data.subarray(from, from + most), deviation, state);
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
  }

  /** For each element 1 where `uniform()` is below the limit, and 0 elsewhere. */
  fillBelow(data: Uint8Array, limit: number): void {
    const words = new Int32Array(wordsOfUniform * Math.min(data.length, most));
    for (let from = 0; from < data.length; from += most) {
      const some = data.subarray(from, from + most);
      this.#fillWords(words.subarray(0, wordsOfUniform * some.length));
      fillBelow(some, limit, words);
    }
  }

  /** As `#next32` gives them, with the state in registers: 0 | x says that x is a whole number of 32 bits. */
  #fillWords(words: Int32Array): void {
    let a = 0 | this.#a;
    let b = 0 | this.#b;
    let c = 0 | this.#c;
    let counter = 0 | this.#counter;
    const { length } = words;
    for (let i = 0; i < length; i++) {
      const t = (((a + counter) | 0) + b) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      words[i] = t;
    }
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
  }

  /** A new order of the items (Fisher & Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = result[i] as T;
      result[i] = result[j] as T;
      result[j] = held;
    }
    return result;
  }

  /** The state, for checkpoints. */
  save(): readonly [number, number, number, number] {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  static restore(state: readonly [number, number, number, number]): Random {
    const random = new Random(0);
    [random.#a, random.#b, random.#c, random.#counter] = state;
    return random;
  }
}
