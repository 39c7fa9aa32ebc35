/** What is live when, if the steps run in their order and every value goes after its last reader. */
import type { Program } from "../program.ts";
import { elementCount } from "../value.ts";

export interface Plan {
  /** Bytes of the state, and of the feeds, which the caller holds. */
  readonly state: number;
  readonly feeds: number;
  /** For each step, bytes of the other values that are live while it runs: its operands, its results, and what is read later. */
  readonly live: readonly number[];
  /** For each step, the values that nothing reads after it. */
  readonly last: readonly (readonly number[])[];
  readonly peak: { readonly bytes: number; readonly step: number };
}

/** float32 and int32 */
const bytesPerElement = 4;

/** `reshape` and `stop_gradient` give the same bytes another type. */
const aliases: ReadonlySet<string> = new Set(["reshape", "stop_gradient"]);

export function plan({ values, feeds, state, steps, outputs, updates }: Program): Plan {
  const bytesOf = (id: number): number => bytesPerElement * elementCount(values[id]?.shape ?? []);
  const total = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + bytesOf(id), 0);
  const given = new Set([...feeds, ...state].map(({ value }) => value));
  // the value that holds each value's bytes
  const holders = new Map<number, number>();
  const holderOf = (id: number): number => holders.get(id) ?? id;
  for (const { primitive, operands, results } of steps) {
    const [operand] = operands;
    if (operand !== undefined && aliases.has(primitive))
      for (const id of results) holders.set(id, holderOf(operand));
  }
  const lastReader = new Map<number, number>();
  for (const [place, { operands, results }] of steps.entries())
    for (const id of [...operands, ...results]) lastReader.set(holderOf(id), place);
  for (const { value } of [...outputs, ...updates]) lastReader.set(holderOf(value), steps.length);
  const last: number[][] = steps.map(() => []);
  for (const [id, place] of lastReader) if (!given.has(id)) last[place]?.push(id);
  let held = 0;
  const live = steps.map(({ results }, place) => {
    held += total(results.filter((id) => holderOf(id) === id));
    const during = held;
    held -= total(last[place] ?? []);
    return during;
  });
  const bytes = Math.max(0, ...live);
  return {
    state: total(state.map(({ value }) => value)),
    feeds: total(feeds.map(({ value }) => value)),
    live,
    last,
    peak: { bytes, step: live.indexOf(bytes) },
  };
}
