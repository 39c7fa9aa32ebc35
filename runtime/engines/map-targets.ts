/** Values as the losses take them: every value is finite, and a mask marks those that count. */
import type { GraphOutput } from "../../compiler/network/graph.ts";
import type { MapShape } from "../../compiler/ops/operation.ts";
import type { TargetBatch } from "../arrays.ts";
import { UserError } from "../user-error.ts";

export interface MapTargets {
  /** [batch, height, width, channels]; 0 where not known. */
  readonly values: Float32Array;
  /** [batch, height, width, 1]: 1 where known, else 0. */
  readonly valid: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  /** Known positions of each image of the batch, and of all. */
  readonly known: readonly number[];
  readonly allKnown: number;
}

/** @throws UserError when sizes or channels differ, or a known value is not finite. */
export function mapTargets(
  output: GraphOutput,
  target: Extract<TargetBatch, { kind: "map" }>,
  batch: number,
  [channels, height, width]: MapShape,
): MapTargets {
  const shape = [batch, height, width, channels] as const;
  if (target.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new UserError(
      `values for output "${output.name}" have shape [${target.shape.join(", ")}], and the output has [${shape.join(", ")}] (batch, height, width, channels)`,
    );
  }
  const cells = height * width;
  if (target.valid.length !== batch * cells) {
    throw new Error(`${target.valid.length} validity flags for ${batch * cells} positions`);
  }
  const values = new Float32Array(batch * cells * channels);
  const valid = new Float32Array(batch * cells);
  const known = new Array<number>(batch).fill(0);
  for (let cell = 0; cell < valid.length; cell++) {
    if (target.valid[cell] === 0) continue;
    valid[cell] = 1;
    const image = Math.floor(cell / cells);
    known[image] = (known[image] ?? 0) + 1;
    for (let c = 0; c < channels; c++) {
      const value = target.data[cell * channels + c] ?? Number.NaN;
      if (!Number.isFinite(value)) throw new UserError(`a value for output "${output.name}" is ${value}`);
      values[cell * channels + c] = value;
    }
  }
  return { values, valid, shape, known, allKnown: known.reduce((sum, count) => sum + count, 0) };
}
