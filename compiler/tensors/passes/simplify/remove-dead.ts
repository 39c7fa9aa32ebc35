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
  const { name, feeds, state, steps, outputs, updates } = program;
  const read = new Set([...outputs, ...updates].map(({ value }) => value));
  const live: Step[] = [];
  for (const step of steps.toReversed()) {
    if (!step.results.some((id) => read.has(id))) continue;
    live.push(step);
    for (const id of step.operands) read.add(id);
  }
  const updated = new Set(updates.map((update) => update.state));
  const keptFeeds = feeds.filter(({ value }) => read.has(value));
  const keptState = state.filter(({ name, value }) => read.has(value) || updated.has(name));
  const kept = new Set([
    ...[...keptFeeds, ...keptState].map(({ value }) => value),
    ...live.flatMap(({ results }) => results),
  ]);
  const numbers = new Map([...kept].sort((a, b) => a - b).map((id, place) => [id, place]));
  const renumbered = (id: number): number => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error(`%${id} is read and nothing computes it`);
    return number;
  };
  return {
    name,
    values: [...numbers.keys()].map((id) => typeOf(program, id)),
    feeds: keptFeeds.map((feed) => ({ ...feed, value: renumbered(feed.value) })),
    state: keptState.map((one) => ({ ...one, value: renumbered(one.value) })),
    steps: live.toReversed().map((step) => ({
      ...step,
      operands: step.operands.map(renumbered),
      results: step.results.map(renumbered),
    })),
    outputs: outputs.map((output) => ({ ...output, value: renumbered(output.value) })),
    updates: updates.map((update) => ({ ...update, value: renumbered(update.value) })),
  };
}
