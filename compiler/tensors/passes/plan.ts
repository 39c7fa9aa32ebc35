/** What is live when, if the steps run in their order and every value goes after its last reader. */
import type { PrimitiveName } from "../primitives/attributes.ts";
import type { Program } from "../program.ts";
import { elementCount } from "../value.ts";

export interface Plan {
  /** Bytes of the state, and of the feeds, which the caller holds. */
  readonly state: number;
  readonly feeds: number;
  /** Of the values that steps compute, in the order they are taken. */
  readonly buffers: readonly PlannedBuffer[];
  /** For each step, bytes of the buffers that are held while it runs: its operands, its results, and what is read later. */
  readonly live: readonly number[];
  /** For each step, the values that nothing reads after it. */
  readonly last: readonly (readonly number[])[];
  readonly peak: { readonly bytes: number; readonly step: number };
}

export interface PlannedBuffer {
  readonly value: number;
  readonly bytes: number;
  /** Taken before this step, and given back after that one; what a run gives out, after the last. */
  readonly from: number;
  readonly to: number;
}

/** How an engine holds values. */
export interface Holding {
  /** Primitives whose result is their first operand under another type. */
  readonly aliases: ReadonlySet<PrimitiveName>;
  /** Primitives whose results take nothing: they are written into what reads them. */
  readonly free?: ReadonlySet<PrimitiveName>;
}

/** float32 and int32 */
const bytesPerElement = 4;

const plainly: Holding = { aliases: new Set(["reshape", "stop_gradient"]) };

export function plan(
  { values, feeds, state, steps, outputs, updates }: Program,
  { aliases, free }: Holding = plainly,
): Plan {
  const bytesOf = (id: number): number => bytesPerElement * elementCount(values[id]?.shape ?? []);
  const total = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + bytesOf(id), 0);
  // the value that holds each value's bytes, and those whose bytes no step takes
  const holders = new Map<number, number>();
  const holderOf = (id: number): number => holders.get(id) ?? id;
  const given = new Set([...feeds, ...state].map(({ value }) => value));
  for (const { primitive, operands, results } of steps) {
    const [operand] = operands;
    const isAlias = operand !== undefined && aliases.has(primitive);
    for (const id of results) {
      if (isAlias) holders.set(id, holderOf(operand));
      else if (free?.has(primitive) === true) given.add(id);
    }
  }
  const lastReader = new Map<number, number>();
  for (const [place, { operands, results }] of steps.entries())
    for (const id of [...operands, ...results]) lastReader.set(holderOf(id), place);
  for (const { value } of [...outputs, ...updates]) lastReader.set(holderOf(value), steps.length);
  const last: number[][] = steps.map(() => []);
  for (const [id, place] of lastReader) if (!given.has(id)) last[place]?.push(id);
  const buffers = steps.flatMap(({ results }, from) =>
    results
      .filter((id) => holderOf(id) === id && !given.has(id))
      .map((value) => ({ value, bytes: bytesOf(value), from, to: lastReader.get(value) ?? from })),
  );
  const changes = new Array<number>(steps.length + 1).fill(0);
  for (const { bytes, from, to } of buffers) {
    changes[from] = (changes[from] ?? 0) + bytes;
    if (to < steps.length) changes[to + 1] = (changes[to + 1] ?? 0) - bytes;
  }
  let held = 0;
  const live = steps.map((_, place) => {
    held += changes[place] ?? 0;
    return held;
  });
  const bytes = Math.max(0, ...live);
  return {
    state: total(state.map(({ value }) => value)),
    feeds: total(feeds.map(({ value }) => value)),
    buffers,
    live,
    last,
    peak: { bytes, step: live.indexOf(bytes) },
  };
}
