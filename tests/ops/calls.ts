/** Calls of words, bound as elaboration binds them. */

import { word as wording } from "../../compiler/diagnostics/catalogue.ts";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { words } from "../../compiler/ops/registry.ts";
import type { BoundValue, Lowered, MapFacts } from "../../compiler/ops/word.ts";

export const current: MapFacts = {
  node: 7,
  operation: "conv",
  attributes: {},
  inputs: [6],
  channels: 64,
  called: "the current map",
};

/** A maxpool named in the source. */
export const pool1: MapFacts = {
  node: 3,
  operation: "maxpool",
  attributes: {
    kernel: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    padding: [
      { before: 0, after: 0 },
      { before: 0, after: 0 },
    ],
    ceil: true,
  },
  inputs: [2],
  channels: 64,
  called: "pool1",
};

export const bound = {
  count: (value: number): BoundValue => ({ kind: "count", value }),
  extent: (height: number, width = height): BoundValue => ({ kind: "extent", value: [height, width] }),
  number: (value: number): BoundValue => ({ kind: "number", value }),
  choice: (value: string): BoundValue => ({ kind: "choice", value }),
  flag: (value: boolean): BoundValue => ({ kind: "flag", value }),
  map: (value: MapFacts): BoundValue => ({ kind: "map", value }),
};

/** What a word lowers to, called on a map of 64 channels at node 7. */
export function lower(
  name: string,
  given: Readonly<Record<string, BoundValue>> = {},
): readonly Lowered[] | Refusal {
  const word = words.get(name);
  if (word === undefined) throw new Error(`no word ${name}`);
  return word.lower({ current, arguments: new Map(Object.entries(given)) });
}

export function lowered(name: string, given: Readonly<Record<string, BoundValue>> = {}): readonly Lowered[] {
  const result = lower(name, given);
  if (result instanceof Refusal) throw new Error(`refused: ${result.problem.code}`);
  return result;
}

export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly help: string | undefined;
  readonly parameter: string | undefined;
}

/** A refusal in words. */
export function inWords(result: unknown): Refused {
  if (!(result instanceof Refusal)) throw new Error("not refused");
  const { code, facts, parameter } = result.problem;
  const { message, help } = wording(code, facts);
  return { code, message, help, parameter };
}
