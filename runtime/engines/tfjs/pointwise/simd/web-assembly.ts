/** WebAssembly as bytes: a module of one function over a memory that it is given (core specification 2.0, chapter 5). */

import type { WasmMemory } from "../../kernels/loop-memory.ts";

/** It imports "heap" "memory" and exports the function "run". */
export interface LoopModule {
  readonly instance: (memory: WasmMemory) => (...numbers: readonly number[]) => void;
}

/** What is used here of JavaScript's WebAssembly, which Node's types leave out. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }; // every Node has it

export type LocalType = "i32" | "f32" | "f64" | "v128";

const typeBytes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Opcodes by the names of the text format. */
const plain = {
  "f32.load": [0x2a],
  "f64.load": [0x2b],
  "v128.load": [0xfd, 0],
  "f32.store": [0x38],
  "f64.store": [0x39],
  "v128.store": [0xfd, 11],
  "i32.ge_u": [0x4f],
  "i32.add": [0x6a],
  "i32.mul": [0x6c],
  "i32.and": [0x71],
  "i32.shl": [0x74],
  "f32.eq": [0x5b],
  "f32.ne": [0x5c],
  "f32.lt": [0x5d],
  "f32.gt": [0x5e],
  "f32.abs": [0x8b],
  "f32.neg": [0x8c],
  "f32.floor": [0x8e],
  "f32.sqrt": [0x91],
  "f32.add": [0x92],
  "f32.sub": [0x93],
  "f32.mul": [0x94],
  "f32.div": [0x95],
  "f32.min": [0x96],
  "f32.max": [0x97],
  "f64.add": [0xa0],
  "f32.convert_i32_s": [0xb2],
  "f64.promote_f32": [0xbb],
  select: [0x1b],
  end: [0x0b],
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  "f32x4.splat": [0xfd, 19],
  "f32x4.eq": [0xfd, 65],
  "f32x4.ne": [0xfd, 66],
  "f32x4.lt": [0xfd, 67],
  "f32x4.gt": [0xfd, 68],
  "v128.and": [0xfd, 78],
  "v128.bitselect": [0xfd, 82],
  "f64x2.promote_low_f32x4": [0xfd, 95],
  "f32x4.floor": [0xfd, 104],
  "f32x4.abs": [0xfd, 0xe0, 1],
  "f32x4.neg": [0xfd, 0xe1, 1],
  "f32x4.sqrt": [0xfd, 0xe3, 1],
  "f32x4.add": [0xfd, 0xe4, 1],
  "f32x4.sub": [0xfd, 0xe5, 1],
  "f32x4.mul": [0xfd, 0xe6, 1],
  "f32x4.div": [0xfd, 0xe7, 1],
  "f32x4.min": [0xfd, 0xe8, 1],
  "f32x4.max": [0xfd, 0xe9, 1],
  "f64x2.add": [0xfd, 0xf0, 1],
} as const;

export type Opcode = keyof typeof plain;

/** The body of a function whose parameters are all i32. */
export class FunctionBody {
  readonly #parameters: number;
  readonly #locals: LocalType[] = [];
  readonly #code: number[] = [];

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new local: its number. */
  local(type: LocalType): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  do(...opcodes: readonly Opcode[]): this {
    for (const opcode of opcodes) this.#code.push(...plain[opcode]);
    return this;
  }

  get(local: number): this {
    this.#code.push(0x20, ...unsigned(local));
    return this;
  }

  set(local: number): this {
    this.#code.push(0x21, ...unsigned(local));
    return this;
  }

  integer(value: number): this {
    this.#code.push(0x41, ...signed(value));
    return this;
  }

  float(value: number): this {
    this.#code.push(0x43, ...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  double(value: number): this {
    this.#code.push(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  /** The address is on the stack; a store's value above it. @param offset bytes beyond the address */
  memory(opcode: Extract<Opcode, `${string}.load` | `${string}.store`>, offset = 0): this {
    this.do(opcode);
    this.#code.push(opcode.startsWith("f64") ? 3 : 2, ...unsigned(offset));
    return this;
  }

  /** Out of so many blocks, or to the start of a loop. */
  branch(depth: number, condition: "if" | "always"): this {
    this.#code.push(condition === "if" ? 0x0d : 0x0c, ...unsigned(depth));
    return this;
  }

  /** One number of a vector. */
  lane(of: "f32x4" | "f64x2", place: number): this {
    this.#code.push(0xfd, of === "f32x4" ? 31 : 33, place);
    return this;
  }

  /** Of the two vectors on the stack: the upper half of the first, twice. */
  upperHalf(): this {
    const upper = [8, 9, 10, 11, 12, 13, 14, 15];
    this.#code.push(0xfd, 13, ...upper, ...upper);
    return this;
  }

  zero(): this {
    this.#code.push(0xfd, 12, ...new Array<number>(16).fill(0));
    return this;
  }

  module(): LoopModule {
    const locals = this.#locals.flatMap((type) => [1, typeBytes[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b];
    const parameters = new Array<number>(this.#parameters).fill(typeBytes.i32);
    const bytes = [
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, ...unsigned(parameters.length), ...parameters, 0]),
      ...section(2, [1, ...name("heap"), ...name("memory"), 2, 0, 0]),
      ...section(3, [1, 0]),
      ...section(7, [1, ...name("run"), 0, 0]),
      ...section(10, [1, ...unsigned(body.length), ...body]),
    ];
    const module = new WebAssembly.Module(Uint8Array.from(bytes));
    return {
      instance: (memory) => {
        const { exports } = new WebAssembly.Instance(module, { heap: { memory } });
        return exports.run as ReturnType<LoopModule["instance"]>; // of the module above
      },
    };
  }
}

function section(kind: number, content: readonly number[]): number[] {
  return [kind, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const byte = rest & 0x7f;
    if ((rest === byte && (byte & 0x40) === 0) || (rest < 0 && rest >> 7 === -1 && (byte & 0x40) !== 0))
      return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}
