/** Steps as lines for a person: elementwise operations are listed with the operation they follow, and repeated blocks once. */

import type { Step } from "../../../compiler/analyses/explain/explanation.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";

export interface FoldedStep {
  /** The last operation of the line: its size and geometry are the line's. */
  readonly step: Step;
  /** In the order of computing: "conv(64, 3x3)", "batchnorm", "relu". */
  readonly calls: readonly string[];
}

export type Line =
  | { readonly kind: "step"; readonly folded: FoldedStep }
  /** Calls of a block that are like the one shown just before: so many, down to the receptive field given. */
  | { readonly kind: "repeated"; readonly block: string; readonly count: number; readonly last: Step };

/** `steps`: from the feature map back. */
export function foldSteps(steps: readonly Step[]): readonly Line[] {
  const units = unitsOf(foldCellwise(steps));
  const lines: Line[] = [];
  for (let place = 0; place < units.length; ) {
    const unit = units[place];
    if (unit === undefined) break;
    lines.push(...unit.lines.map((folded): Line => ({ kind: "step", folded })));
    let next = place + 1;
    while (unit.block !== undefined && units[next]?.signature === unit.signature) next += 1;
    const count = next - place - 1;
    const last = units[next - 1]?.lines.at(-1)?.step;
    if (count > 1 && unit.block !== undefined && last !== undefined) {
      lines.push({ kind: "repeated", block: unit.block, count, last });
      place = next;
    } else place += 1;
  }
  return lines;
}

function foldCellwise(steps: readonly Step[]): readonly FoldedStep[] {
  const folded: FoldedStep[] = [];
  let waiting: Step[] = [];
  for (const step of steps) {
    if (isFollower(step) && isPlain(step)) {
      waiting.push(step);
      continue;
    }
    const [last] = waiting;
    if (last === undefined) folded.push({ step, calls: [step.call] });
    else {
      const { place, conditions, apart, branches } = step;
      folded.push({
        step: { ...last, place, conditions, apart, branches },
        calls: [step.call, ...waiting.map(({ call }) => call).reverse()],
      });
    }
    waiting = [];
  }
  const [last] = waiting;
  if (last !== undefined) folded.push({ step: last, calls: waiting.map(({ call }) => call).reverse() });
  return folded;
}

/** An activation, a normalisation or dropout that looks at each position alone: it changes neither size nor geometry. */
function isFollower({ operation }: Step): boolean {
  const { traits, kind } = operationOf({ operation });
  return traits.pointwise && kind !== "join";
}

function isPlain({ conditions, apart, branches }: Step): boolean {
  return conditions.length === 0 && apart.length === 0 && branches.length === 0;
}

interface Unit {
  /** The innermost block; `undefined` outside of blocks, and where something is asked of the input. */
  readonly block: string | undefined;
  readonly signature: string;
  readonly lines: readonly FoldedStep[];
}

/** Lines of one call of a block, together. */
function unitsOf(lines: readonly FoldedStep[]): readonly Unit[] {
  const groups: { key: string; lines: FoldedStep[] }[] = [];
  for (const line of lines) {
    const key = JSON.stringify(callOf(line.step) ?? null);
    const open = groups.at(-1);
    if (open?.key === key) open.lines.push(line);
    else groups.push({ key, lines: [line] });
  }
  return groups.map(({ lines }) => {
    const block = callOf(lines[0]?.step)?.at(-1)?.name;
    const quiet = lines.every(({ step }) => step.conditions.length === 0 && step.apart.length === 0);
    return { block: quiet ? block : undefined, signature: JSON.stringify(lines.map(signatureOf)), lines };
  });
}

/** The scope up to the innermost block call. */
function callOf(step: Step | undefined): Step["within"] | undefined {
  const block = step?.within.findLastIndex(({ kind }) => kind === "block") ?? -1;
  return block === -1 ? undefined : step?.within.slice(0, block + 1);
}

function signatureOf({ step, calls }: FoldedStep): unknown {
  const { height, width, stride, branches } = step;
  return [calls, height, width, stride, branches.map(({ steps }) => steps.map(({ call }) => call))];
}
