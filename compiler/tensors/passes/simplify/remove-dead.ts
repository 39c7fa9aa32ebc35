/**
 * Removes what nothing reads: steps, feeds and state, and numbers the values again.
 *
 *     %1 = exp(%0)                        %1 = tanh(%0)
 *     %2 = tanh(%0)            →          output map "y" %1
 *     output map "y" %2
 */
import type { Program, Step } from "../../program.ts";
import { typeOf } from "../copy.ts";

export function removeDead(program: Program): Program {
  const { name, values, feeds, state, steps, outputs, updates } = program;
  const read = new Uint8Array(values.length);
  for (const { value } of outputs) read[value] = 1;
  for (const { value } of updates) read[value] = 1;
  const live: Step[] = [];
  for (const step of steps.toReversed()) {
    if (!step.results.some((id) => read[id] === 1)) continue;
    live.push(step);
    for (const id of step.operands) read[id] = 1;
  }
  const updated = new Set(updates.map((update) => update.state));
  const keptFeeds = feeds.filter(({ value }) => read[value] === 1);
  const keptState = state.filter((one) => read[one.value] === 1 || updated.has(one.name));
  const kept = new Uint8Array(values.length);
  for (const { value } of keptFeeds) kept[value] = 1;
  for (const { value } of keptState) kept[value] = 1;
  for (const { results } of live) for (const id of results) kept[id] = 1;
  const numbers = new Map<number, number>();
  for (const id of values.keys()) if (kept[id] === 1) numbers.set(id, numbers.size);
  const renumbered = (id: number): number => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error(`%${id} is read and nothing computes it`);
    return number;
  };
  return {
    name,
    values: Array.from(numbers.keys(), (id) => typeOf(program, id)),
    feeds: keptFeeds.map((feed) => ({ ...feed, value: renumbered(feed.value) })),
    state: keptState.map((one) => ({ ...one, value: renumbered(one.value) })),
    steps: live.toReversed().map((step) => withIds(step, renumbered)),
    outputs: outputs.map((output) => ({ ...output, value: renumbered(output.value) })),
    updates: updates.map((update) => ({ ...update, value: renumbered(update.value) })),
  };
}

/** Field by field: there are thousands of steps, and spreading a record takes many times as long. */
function withIds({ primitive, attributes, operands, results, origin }: Step, number: (id: number) => number) {
  const step = {
    primitive,
    attributes,
    operands: operands.map(number),
    results: results.map(number),
    origin,
  };
  return step as Step; // the primitive and its attributes are of one step
}
