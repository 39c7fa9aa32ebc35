/** A loop of WebAssembly over the tensors of the backend's memory. */
import { elementCount } from "../../../../../compiler/tensors/value.ts";
import type { LoopMemory } from "../../kernels/loop-memory.ts";
import type { Group } from "../group.ts";
import type { LoopPlan } from "../loop-plan.ts";
import { simdLoop } from "./loop.ts";

type Numbers = Float32Array | Int32Array;

export interface LoopOnMemory {
  /** Of memory beside the tensors, which is to be reserved before any view of a tensor is taken. */
  readonly bytes: number;
  readonly run: (memory: LoopMemory, sources: readonly Numbers[], targets: readonly Numbers[]) => void;
}

/** `undefined`: the loop has no such form. */
export function onMemory(group: Group, plan: LoopPlan): LoopOnMemory | undefined {
  const loop = simdLoop(group, plan);
  if (loop === undefined) return undefined;
  const lengths = group.results.map(({ reduced, shape }) => (reduced === "sum" ? elementCount(shape) : 0));
  return {
    bytes: 8 * lengths.reduce((sum, length) => sum + length, 0),
    run: ({ memory, reserved }, sources, targets) => {
      let free = reserved;
      const sums = lengths.map((length) => {
        if (length === 0) return undefined;
        const sum = new Float64Array(memory.buffer, free, length).fill(0);
        free += 8 * length;
        return sum;
      });
      const written = targets.map((target, i) => sums[i] ?? target);
      loop(memory, sources.map(addressOf), written.map(addressOf));
      for (const [i, sum] of sums.entries()) if (sum !== undefined) targets[i]?.set(sum);
    },
  };
}

function addressOf({ byteOffset }: ArrayBufferView): number {
  return byteOffset;
}
