/** The constants of a graph in shards of 4 MB, and the manifest that says where each is. */
import type { Constant } from "./graph-builder.ts";

/** Browsers keep files of this size in their cache. */
const shardBytes = 2 ** 22;

export interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: "float32" | "int32";
  }[];
}

export interface Shards {
  readonly manifest: readonly WeightsGroup[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** One after another in little endian, cut wherever a shard is full. */
export function shardsOf(constants: readonly Constant[]): Shards {
  const total = constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const { data } of constants) {
    for (const value of data) {
      if (data instanceof Int32Array) view.setInt32(offset, value, true);
      else view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  const count = Math.max(1, Math.ceil(total / shardBytes));
  const files = new Map(
    Array.from({ length: count }, (_, i) => [
      `group1-shard${i + 1}of${count}.bin`,
      bytes.subarray(i * shardBytes, (i + 1) * shardBytes),
    ]),
  );
  const weights = constants.map(({ name, shape, data }) => ({
    name,
    shape,
    dtype: data instanceof Int32Array ? ("int32" as const) : ("float32" as const),
  }));
  return { manifest: [{ paths: [...files.keys()], weights }], files };
}
