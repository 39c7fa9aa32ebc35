/** How a target's language writes statements. */
import type { Call, Loop } from "./statement.ts";

export interface Syntax {
  /** `x`, which is assigned again and again. */
  readonly assign: (code: string, isDeclared: boolean) => string;
  readonly constant: (name: string, code: string) => string;
  readonly unpack: (names: readonly string[], code: string) => string;
  readonly comment: (text: string) => string;
  readonly list: (name: string, items: readonly string[]) => string;
  readonly append: (list: string, item: string) => string;
  readonly element: (list: string, index: string) => string;
  /** Every item of a list among the items of another. */
  readonly spread: (list: string) => string;
  readonly loop: (loop: Loop, body: readonly string[]) => readonly string[];
  /** A layer, or a block, of inputs that are given as code. */
  readonly call: (call: Call, inputs: readonly string[]) => string;
}
